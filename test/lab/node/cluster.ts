import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { DEBIAN } from './debian.ts';
import { type Journal, waitFor } from './journal.ts';

/** The directory that the imitation of pmxcfs shows at /etc/pve. */
const BACKING = '/run/pve-cluster';

/** PVE 7 is on Debian 11. On 12 the cases were written for what PVE 9 says and advises. */
const [VERSION, RELEASE] = DEBIAN < 12 ? ['7.4-17', '7.4'] : ['9.1.1', '9.1'];

/** What pve-manager installs, as far as its version is read. */
const PVECFG = `package PVE::pvecfg;

use strict;
use warnings;

sub package {
    return 'pve-manager';
}

sub version {
    return '${VERSION}';
}

sub release {
    return '${RELEASE}';
}

sub repoid {
    return '0000000000000000';
}

sub version_text {
    return '${VERSION}/0000000000000000';
}

1;
`;

const KINDS = { qemu: 'qemu-server', lxc: 'lxc' } as const;

export type GuestType = keyof typeof KINDS;

/** /etc/pve: the layout, symbolic links, generated files and quorum bit of pmxcfs (pve-cluster src/pmxcfs). */
export class Cluster {
  readonly #journal: Journal;
  readonly me: string;
  readonly #nodes: readonly string[];

  /** The first node is this one. One node alone is not a cluster, as with pmxcfs. */
  constructor(journal: Journal, nodes: readonly [string, ...string[]]) {
    this.#journal = journal;
    this.me = nodes[0];
    this.#nodes = nodes;
  }

  start(): void {
    mkdirSync('/usr/share/perl5/PVE', { recursive: true });
    writeFileSync('/usr/share/perl5/PVE/pvecfg.pm', PVECFG);
    rmSync(BACKING, { recursive: true, force: true });
    for (const node of this.#nodes) {
      for (const kind of ['qemu-server', 'lxc', 'openvz', 'priv']) {
        mkdirSync(`${BACKING}/nodes/${node}/${kind}`, { recursive: true });
      }
    }
    for (const directory of ['priv/lock', 'priv/storage', 'ha', 'sdn', 'firewall', 'mapping', 'virtual-guest']) {
      mkdirSync(`${BACKING}/${directory}`, { recursive: true });
    }
    symlinkSync(`nodes/${this.me}`, `${BACKING}/local`);
    for (const kind of ['qemu-server', 'lxc', 'openvz']) symlinkSync(`nodes/${this.me}/${kind}`, `${BACKING}/${kind}`);
    writeFileSync(`${BACKING}/storage.cfg`, 'dir: local\n\tpath /var/lib/vz\n\tcontent iso,vztmpl,backup\n');
    writeFileSync(`${BACKING}/datacenter.cfg`, 'keyboard: de\n');
    mkdirSync('/var/lib/vz/dump', { recursive: true });
    this.#writeGenerated();
    this.mount();
  }

  mount(): void {
    mkdirSync('/etc/pve', { recursive: true });
    this.#journal.run(['pmxcfs', BACKING, '/etc/pve']);
    waitFor('/etc/pve shows .version', () => readdirSync('/etc/pve').includes('.version'));
  }

  /** What stopping pve-cluster.service leaves: an empty directory. */
  unmount(): void {
    this.#journal.run(['umount', '/etc/pve']);
  }

  loseQuorum(): void {
    writeFileSync(`${BACKING}.no-quorum`, '');
    this.#writeGenerated(0);
  }

  /** Adds sections to storage.cfg; an empty line ends a section, nothing else does (SectionConfig.pm parse_config). */
  storage(...sections: readonly string[]): void {
    const local = 'dir: local\n\tpath /var/lib/vz\n\tcontent iso,vztmpl,backup\n';
    writeFileSync(`${BACKING}/storage.cfg`, [local, ...sections.map((section) => indented(section))].join('\n'));
  }

  /** Another file of /etc/pve, as it is. */
  write(name: string, text: string): void {
    writeFileSync(`${BACKING}/${name}`, text);
  }

  datacenter(text: string): void {
    writeFileSync(`${BACKING}/datacenter.cfg`, `${unindented(text)}\n`);
  }

  /** A virtual machine's configuration, as text in PVE's grammar. */
  vm(vmid: number, text: string, node = this.me): void {
    this.#config('qemu', vmid, text, node);
  }

  container(vmid: number, text: string, node = this.me): void {
    this.#config('lxc', vmid, text, node);
  }

  /** Thousands of virtual machines of this node, with .vmlist written once. */
  vms(configurations: ReadonlyMap<number, string>): void {
    for (const [vmid, text] of configurations) {
      writeFileSync(`${BACKING}/nodes/${this.me}/qemu-server/${vmid}.conf`, `${text}\n`);
    }
    this.#writeGenerated();
  }

  #config(type: GuestType, vmid: number, text: string, node: string): void {
    writeFileSync(`${BACKING}/nodes/${node}/${KINDS[type]}/${vmid}.conf`, `${unindented(text)}\n`);
    this.#writeGenerated();
  }

  /** Nobody has written this configuration since; `when` as date(1) reads it. */
  age(type: GuestType, vmid: number, when: string): void {
    this.#journal.run(['touch', '-d', when, `${BACKING}/nodes/${this.me}/${KINDS[type]}/${vmid}.conf`]);
  }

  /** A cluster lock is a directory below priv/lock. */
  lock(name: string): void {
    mkdirSync(`${BACKING}/priv/lock/${name}`);
  }

  /** .version, .members and .vmlist, which pmxcfs makes up on the fly (status.c). */
  #writeGenerated(quorate = 1): void {
    const ids: Record<string, { node: string; type: GuestType; version: number }> = {};
    for (const node of this.#nodes) {
      for (const type of ['qemu', 'lxc'] as const) {
        for (const file of readdirSync(`${BACKING}/nodes/${node}/${KINDS[type]}`)) {
          ids[file.replace(/\.conf$/, '')] = { node, type, version: 1 };
        }
      }
    }
    const vmlist = { version: 1, ...(Object.keys(ids).length === 0 ? {} : { ids }) };
    writeFileSync(`${BACKING}/.vmlist`, `${JSON.stringify(vmlist)}\n`);
    writeFileSync(`${BACKING}/.members`, `${JSON.stringify(this.#members(quorate), null, 1)}\n`);
    const version = { starttime: 1763600000, clinfo: 1, vmlist: 1, 'storage.cfg': 1, 'datacenter.cfg': 1 };
    writeFileSync(`${BACKING}/.version`, `${JSON.stringify(version)}\n`);
  }

  #members(quorate: number): object {
    const head = { nodename: this.me, version: 1 };
    if (this.#nodes.length === 1) return head;
    const cluster = { name: 'lab', version: this.#nodes.length, nodes: this.#nodes.length, quorate };
    const list = this.#nodes.toSorted().map((name, index) => {
      const online = name === this.me || quorate === 1 ? 1 : 0;
      return [name, { id: index + 1, online, ip: `192.0.2.${index + 1}` }] as const;
    });
    return { ...head, cluster, nodelist: Object.fromEntries(list) };
  }
}

const unindented = (text: string): string =>
  text
    .trim()
    .split('\n')
    .map((line) => line.trim())
    .join('\n');

const indented = (section: string): string => {
  const [header = '', ...properties] = unindented(section).split('\n');
  return [header, ...properties.map((property) => `\t${property}`), ''].join('\n');
};

export const lvmStorage = (id: string, vg: string, ...more: readonly string[]): string =>
  [`lvm: ${id}`, `vgname ${vg}`, 'content rootdir,images', ...more].join('\n');

export const thinStorage = (id: string, vg: string, pool: string, ...more: readonly string[]): string =>
  [`lvmthin: ${id}`, `thinpool ${pool}`, `vgname ${vg}`, 'content rootdir,images', ...more].join('\n');
