import { Iscsi } from './iscsi.ts';
import type { Lab } from './lab.ts';

/** The node that serves the LUNs, and uses them like the others. */
const PORTAL = '192.0.2.1';

/** LUNs of one iSCSI target server that three nodes see, each with a real WWID. */
export class SharedLuns {
  readonly #lab: Lab;
  readonly #iscsi: Iscsi;

  constructor(lab: Lab) {
    this.#lab = lab;
    this.#iscsi = new Iscsi(lab.journal, lab.three.node);
  }

  start(): void {
    this.#iscsi.start([]);
  }

  /** On the node that serves. */
  serve(luns: Readonly<Record<string, number>>): void {
    Object.entries(luns).forEach(([name, sizeMib], at) => {
      this.#iscsi.target(name, [PORTAL], `abcd000${at + 1}`, sizeMib);
    });
  }

  grow(name: string, sizeMib: number): void {
    this.#iscsi.grow(name, sizeMib);
  }

  login(): void {
    this.#iscsi.login(PORTAL);
    this.#lab.journal.run(['vgs']);
  }

  logout(name: string): void {
    this.#iscsi.logout(`iqn.2024-01.lab:${name}`, PORTAL);
  }

  /** Where this node has it. */
  disk(name: string): string {
    const [disk] = this.#iscsi.disksOf(`iqn.2024-01.lab:${name}`);
    if (disk === undefined) throw new Error(`this node has no LUN ${name}`);
    return `/dev/${disk}`;
  }

  lookAgain(): void {
    this.#lab.journal.run(['iscsiadm', '-m', 'session', '-R']);
    this.#lab.journal.run(['udevadm', 'settle', '-t', '20']);
  }
}
