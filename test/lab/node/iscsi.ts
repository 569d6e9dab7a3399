import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { type Journal, pause, waitFor } from './journal.ts';

const TARGETS = '/sys/kernel/config/target';

/** Seconds after which the kernel gives up a session that lost its connection; 120 where nobody changed it. */
const RECOVERY = 25;

const MIB = 1024 * 1024;

/** iSCSI: LIO serves, open-iscsi logs in; usually from this node to itself over two addresses. */
export class Iscsi {
  readonly #journal: Journal;
  readonly #initiator: string;

  /** Two nodes of one initiator's name would take each other's sessions. */
  constructor(journal: Journal, initiator = 'init') {
    this.#journal = journal;
    this.#initiator = initiator;
  }

  start(addresses: readonly string[] = ['10.9.0.1', '10.9.0.2']): void {
    this.#journal.run([
      'modprobe',
      '-a',
      'configfs',
      'target_core_mod',
      'target_core_file',
      'iscsi_target_mod',
      'iscsi_tcp',
      'sd_mod',
    ]);
    this.#journal.run(['mount', '-t', 'configfs', 'none', '/sys/kernel/config'], { mayFail: true });
    for (const address of addresses) this.#journal.run(['ip', 'addr', 'add', `${address}/32`, 'dev', 'lo']);
    for (const directory of ['/var/target/pr', '/var/target/alua', '/run/lock/iscsi', '/etc/iscsi/nodes'])
      mkdirSync(directory, { recursive: true });
    writeFileSync('/etc/iscsi/initiatorname.iscsi', `InitiatorName=iqn.2024-01.lab:${this.#initiator}\n`);
    const settings = readFileSync('/etc/iscsi/iscsid.conf', 'utf8')
      .replace(/^iscsid\.startup.*$/m, '')
      .replace(/^(node\.session\.timeo\.replacement_timeout).*$/m, `$1 = ${RECOVERY}`)
      .replace(/^(node\.conn\[0\]\.timeo\.noop_out_(?:interval|timeout)).*$/gm, '$1 = 2');
    writeFileSync('/etc/iscsi/iscsid.conf', settings);
    this.#journal.background(['iscsid', '-f']);
    pause(2000);
  }

  /** A target with one LUN; the serial's hexadecimal digits are what its WWID is made of. */
  target(name: string, addresses: readonly string[], serial: string, sizeMib = 64): string {
    const iqn = `iqn.2024-01.lab:${name}`;
    const [store, group] = [`${TARGETS}/core/fileio_0/${name}`, `${TARGETS}/iscsi/${iqn}/tpgt_1`];
    const file = `/run/${name}.lun`;
    writeFileSync(file, '');
    truncateSync(file, sizeMib * MIB);
    mkdirSync(store, { recursive: true });
    writeFileSync(`${store}/control`, `fd_dev_name=${file},fd_dev_size=${sizeMib * MIB}`);
    writeFileSync(`${store}/wwn/vpd_unit_serial`, serial);
    writeFileSync(`${store}/enable`, '1');
    for (const directory of [`${TARGETS}/iscsi`, `${TARGETS}/iscsi/${iqn}`, group])
      mkdirSync(directory, { recursive: true });
    for (const address of addresses) mkdirSync(`${group}/np/${address}:3260`);
    mkdirSync(`${group}/lun/lun_0`);
    symlinkSync(store, `${group}/lun/lun_0/port`);
    const attributes = { authentication: 0, demo_mode_write_protect: 0, generate_node_acls: 1, cache_dynamic_acls: 1 };
    for (const [key, value] of Object.entries(attributes)) writeFileSync(`${group}/attrib/${key}`, `${value}`);
    writeFileSync(`${group}/enable`, '1');
    return iqn;
  }

  /** Initiators see it when they look again. */
  grow(name: string, sizeMib: number): void {
    truncateSync(`/run/${name}.lun`, sizeMib * MIB);
    writeFileSync(`${TARGETS}/core/fileio_0/${name}/control`, `fd_dev_size=${sizeMib * MIB}`);
  }

  login(portal = '10.9.0.1'): void {
    this.#journal.run(['iscsiadm', '-m', 'discovery', '-t', 'st', '-p', portal]);
    this.#journal.run(['iscsiadm', '-m', 'node', '--login']);
    this.#journal.run(['udevadm', 'settle', '-t', '20']);
    pause(1000);
  }

  logout(iqn: string, address: string): void {
    this.#journal.run(['iscsiadm', '-m', 'node', '-T', iqn, '-p', address, '--logout']);
  }

  /** Its disks by kernel name. */
  disksOf(iqn: string): readonly string[] {
    return readdirSync('/sys/block').filter((name) => {
      const device = `/sys/block/${name}/device`;
      const session = existsSync(device) ? /session\d+/.exec(realpathSync(device))?.[0] : undefined;
      if (session === undefined) return false;
      return readFileSync(`/sys/class/iscsi_session/${session}/targetname`, 'utf8').trim() === iqn;
    });
  }

  /** Packets to and from this portal are dropped from now on. */
  drop(address: string): void {
    for (const side of ['-d', '-s']) this.#journal.run(['iptables-legacy', '-I', 'INPUT', side, address, '-j', 'DROP']);
  }

  restore(): void {
    this.#journal.run(['iptables-legacy', '-F', 'INPUT']);
  }

  waitForState(disk: string, state: string): void {
    const read = () => readFileSync(`/sys/block/${disk}/device/state`, 'utf8').trim();
    waitFor(`${disk} is ${state}`, () => read() === state, 60_000);
  }
}
