import { existsSync } from 'node:fs';
import { lvmStorage } from './cluster.ts';
import { fillVolumes } from './contents.ts';
import type { Lab } from './lab.ts';
import { Repair } from './repair.ts';
import { untouchables } from './untouchables.ts';

export const ENTRY = 'san-vm--500--disk--0';
export const VOLUME = 'san/vm-500-disk-0';
/** What PVE locks before it touches the guest. */
const LOCK = '/var/lock/qemu-server/lock-500.conf';

export type Scene = (lab: Lab, repair: Repair) => void;

/** The same orphan, active anew, for one scene after the other; in the end it is there, and no step is open. */
export function withOneOrphan(lab: Lab, scenes: readonly Scene[]): void {
  lab.cluster.start();
  lab.cluster.storage(lvmStorage('san', 'san', 'shared 1'));
  lab.storage.group('san');
  for (const vmid of [500, 501]) lab.storage.thick('san', `vm-${vmid}-disk-0`, 16);
  lab.cluster.vm(501, 'scsi0: san:vm-501-disk-0,size=16M');
  const expectContents = fillVolumes(lab, [VOLUME, 'san/vm-501-disk-0']);
  const others = untouchables(lab);
  const repair = new Repair(lab);
  repair.settle();
  for (const scene of scenes) {
    activate(lab, repair);
    const began = Date.now();
    scene(lab, repair);
    expectContents(`after ${scene.name}`);
    lab.journal.note(`${scene.name}: ${((Date.now() - began) / 1000).toFixed(0)} s`);
  }
  activate(lab, repair);
  lab.expect('no step is open in the end', /^!/.test(repair.doctor('history').stdout), false);
  lab.expect('the entry is there', repair.entries().includes(ENTRY), true);
  others.expectUntouched();
}

/** The volume is active here, as at the beginning. */
function activate(lab: Lab, repair: Repair): void {
  lab.journal.run(['lvchange', '-aly', VOLUME]);
  repair.settle();
}

export const isFree = (lab: Lab): boolean =>
  !existsSync(LOCK) || lab.journal.run(['flock', '-n', LOCK, 'true'], { mayFail: true }).status === 0;
