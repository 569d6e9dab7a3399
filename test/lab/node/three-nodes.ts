import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Journal, waitFor } from './journal.ts';
import { type Lab, type LabCase, type LabSettings, NODES } from './lab.ts';

type Steps = Readonly<Record<string, (lab: Lab) => void>>;

/** What a node is asked for when there is nothing more to do. */
export const END = 'end';
const PVE_DOCTOR = fileURLToPath(new URL('../../../bin/pve-doctor', import.meta.url));

/** The files by which a node is asked for a step and says that it did it. */
export function askedFor(node: string, count: number, step: string): { readonly ask: string; readonly did: string } {
  const number = String(count).padStart(4, '0');
  return { ask: `ask.${node}.${number}.${step}`, did: `did.${node}.${number}` };
}

/** Where .members of the imitated pmxcfs says that nodes are. */
export const addressOf = (node: string): string => `192.0.2.${(NODES as readonly string[]).indexOf(node) + 1}`;

/** Three guests on one network. The first says what the others do, and waits until they did it. */
export class ThreeNodes {
  readonly #journal: Journal;
  readonly #settings: LabSettings;
  #asked = 0;

  constructor(journal: Journal, settings: LabSettings) {
    this.#journal = journal;
    this.#settings = settings;
  }

  get node(): string {
    return this.#settings.node;
  }

  /**
   * The first node runs the case; the others do as they are told until it ends, whatever comes of it. Where this machine runs it, all
   * three begin alike and do as they are told.
   */
  run(lab: Lab, { run: main, steps = {}, outside }: LabCase): void {
    if (outside !== undefined) {
      main(lab);
      this.#serve(lab, steps);
    } else if (this.node !== NODES[0]) this.#serve(lab, steps);
    else
      try {
        main(lab);
      } finally {
        for (const node of NODES.slice(1)) this.#ask(node, END);
      }
  }

  /** Another node takes a step; this one waits for it. */
  on(node: string, step: string): void {
    this.#wait([this.#ask(node, step)]);
  }

  /** Both others take a step at the same time, and this node in the meantime. */
  everywhere(lab: Lab, steps: Steps, step: string): void {
    const asked = NODES.slice(1).map((node) => this.#ask(node, step));
    steps[step]?.(lab);
    this.#wait(asked);
  }

  #ask(node: string, step: string): string {
    this.#asked += 1;
    const { ask, did } = askedFor(node, this.#asked, step);
    this.#journal.note(`${node}: ${step}`);
    writeFileSync(`${this.#settings.results}/${ask}`, '');
    return did;
  }

  /** Listings, since hostfs remembers that a file was not there. */
  #wait(marks: readonly string[]): void {
    const isDone = (): boolean => {
      const names = readdirSync(this.#settings.results);
      return marks.every((mark) => names.includes(mark));
    };
    waitFor(`other nodes have left ${marks.join(', ')}`, isDone, 120_000);
  }

  #serve(lab: Lab, steps: Steps): void {
    for (;;) {
      const name = this.#nextAsked();
      const [, node, number, step = ''] = name.split('.');
      if (step === END) return;
      this.#journal.note(`step ${step}`);
      try {
        steps[step]?.(lab);
      } catch (error) {
        lab.differences.push(`step ${step} failed: ${error instanceof Error ? error.message : String(error)}`);
      }
      writeFileSync(`${this.#settings.results}/did.${node}.${number}`, '');
    }
  }

  #nextAsked(): string {
    let found: string | undefined;
    const look = (): boolean => {
      const names = readdirSync(this.#settings.results);
      found = names
        .filter((name) => name.startsWith(`ask.${this.node}.`))
        .sort()
        .find((name) => !names.includes(`did.${name.split('.').slice(1, 3).join('.')}`));
      return found !== undefined;
    };
    waitFor('the first node says what to do', look, 600_000);
    return found ?? '';
  }

  /** The guests' network, an sshd with a key of its own, and pve-doctor where ssh looks for it. */
  startNetwork(): void {
    this.#journal.run(['ip', 'addr', 'add', `${addressOf(this.node)}/24`, 'dev', 'eth0']);
    this.#journal.run(['ip', 'link', 'set', 'eth0', 'up']);
    mkdirSync('/etc/corosync', { recursive: true });
    writeFileSync('/etc/corosync/corosync.conf', 'totem {\n}\n');
    this.#startKeyValue();
    const runtime = process.env['PVE_DOCTOR_RUNTIME'] ?? '';
    writeFileSync('/usr/bin/pve-doctor', `#!/bin/sh\nPVE_DOCTOR_RUNTIME=${runtime} exec ${PVE_DOCTOR} "$@"\n`);
    chmodSync('/usr/bin/pve-doctor', 0o755);
    this.newHostKey();
    mkdirSync('/root/.ssh', { recursive: true, mode: 0o700 });
    this.#key('/root/.ssh/id_rsa');
    this.#tell('root', readFileSync('/root/.ssh/id_rsa.pub', 'utf8'));
    mkdirSync('/run/sshd', { recursive: true });
    this.startSshd();
  }

  startSshd(): void {
    const options = ['PidFile=/run/sshd.pid', 'UsePAM=no', 'PrintMotd=no', 'HostKey=/etc/ssh/ssh_host_rsa_key'];
    this.#journal.run(['/usr/sbin/sshd', ...options.flatMap((option) => ['-o', option])]);
  }

  stopSshd(): void {
    process.kill(Number(readFileSync('/run/sshd.pid', 'utf8')));
    rmSync('/run/sshd.pid', { force: true });
  }

  /** The kernel goes on taking connections, and nobody answers them. */
  holdSshd(): void {
    process.kill(Number(readFileSync('/run/sshd.pid', 'utf8')), 'SIGSTOP');
  }

  /** As after an installation anew, or of a machine that took the address. */
  newHostKey(): void {
    this.#key('/etc/ssh/ssh_host_rsa_key');
    this.#tell('host', readFileSync('/etc/ssh/ssh_host_rsa_key.pub', 'utf8'));
  }

  #key(path: string): void {
    for (const file of [path, `${path}.pub`]) rmSync(file, { force: true });
    this.#journal.run(['ssh-keygen', '-q', '-t', 'rsa', '-b', '2048', '-N', '', '-f', path]);
  }

  /** A file of its own each time, since hostfs does not see what another guest writes into one that it knows. */
  #tell(what: string, text: string): void {
    const known = readdirSync(this.#settings.results).filter((name) => name.startsWith(`key.${this.node}.${what}.`));
    const path = `${this.#settings.results}/key.${this.node}.${what}.${known.length}`;
    writeFileSync(`${this.#settings.results}/draft.${this.node}`, text);
    renameSync(`${this.#settings.results}/draft.${this.node}`, path);
  }

  /**
   * Who may log in, and whose key counts, as `pvecm updatecerts` writes them (pve-cluster src/PVE/Cluster/Setup.pm). `pinned`: a file
   * for each node, since 8.0.6; `merged`: the list of all in /etc/ssh, before. Of keys that came later nobody knows.
   */
  trust(how: 'pinned' | 'merged', which: 'first' | 'newest' = 'first'): void {
    const keys = NODES.map((node) => ({
      node,
      host: this.#told(node, 'host', which).split(' ').slice(0, 2).join(' '),
      root: this.#told(node, 'root', 'first'),
    }));
    const pve = '/run/pve-cluster';
    writeFileSync(`${pve}/priv/authorized_keys`, keys.map(({ root }) => root).join(''));
    link('/etc/pve/priv/authorized_keys', '/root/.ssh/authorized_keys');
    for (const { node, host } of keys) {
      const pinned = `${pve}/nodes/${node}/ssh_known_hosts`;
      // Without a newline at its end, as there.
      if (how === 'pinned') writeFileSync(pinned, `${node} ${host}`);
      else rmSync(pinned, { force: true });
    }
    rmSync('/etc/ssh/ssh_known_hosts', { force: true });
    if (how === 'pinned') return;
    writeFileSync(`${pve}/priv/known_hosts`, keys.map(({ node, host }) => `${node} ${host}\n`).join(''));
    link('/etc/pve/priv/known_hosts', '/etc/ssh/ssh_known_hosts');
  }

  #told(node: string, what: string, which: 'first' | 'newest'): string {
    const names = readdirSync(this.#settings.results)
      .filter((name) => name.startsWith(`key.${node}.${what}.`))
      .sort();
    const name = which === 'first' ? names[0] : names.at(-1);
    return readFileSync(`${this.#settings.results}/${name}`, 'utf8');
  }

  /**
   * PVE::Cluster of the imitated pmxcfs: values of all nodes lie in the directory that the guests share. Each value has a file of
   * its own and the newest counts, since hostfs of one guest does not see what another writes into a file that it knows.
   */
  #startKeyValue(): void {
    const folder = `${this.#settings.results}/key-value`;
    mkdirSync(folder, { recursive: true });
    const head = `my ($folder, $node) = ('${folder}', '${this.node}');\n`;
    const module = readFileSync(fileURLToPath(new URL('../guest/Cluster.pm', import.meta.url)), 'utf8');
    mkdirSync('/usr/share/perl5/PVE', { recursive: true });
    writeFileSync('/usr/share/perl5/PVE/Cluster.pm', module.replace(/^my \(\$folder, \$node\).*\n/m, head));
  }

  publish(lab: Lab): void {
    const { exit, stderr } = lab.doctor(['publish']);
    if (exit !== 0) throw new Error(`pve-doctor publish: exit ${exit}: ${stderr}`);
  }

  /** The clock of this node goes on by so much, as if it had been left alone for that time. */
  passTime(seconds: number): void {
    this.#journal.run(['date', '-s', `@${Math.floor(Date.now() / 1000) + seconds}`]);
  }
}

function link(target: string, path: string): void {
  rmSync(path, { force: true });
  symlinkSync(target, path);
}
