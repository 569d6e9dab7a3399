import type { DevicePrint, DiskPrint, GroupPrint } from './node-record.ts';

/** Whether two nodes speak of one disk. `unknown`: nothing that they told decides it. */
export type Sameness = 'same' | 'other' | 'unknown';

/** NAA and EUI-64 as multipath writes them, and what NVMe calls so: given once in the world. */
const WORLD_WIDE =
  /^(?:3[0-9a-f]{16}|3[0-9a-f]{32}|2[0-9a-f]{16}|(?:eui|naa)\.[0-9a-f]{16,32}|uuid\.[0-9a-f-]{32,36})$/i;

/** What virtual machines have by default, each of them the same (QEMU hw/ide/core.c, hw/scsi/scsi-disk.c). */
const OF_EVERY_MACHINE = /QEMU|QM0\d|drive-|^0+$/i;

/** Shorter words are counted up by hand, on each node from the beginning. */
const TELLING_LENGTH = 8;

const isTelling = (word: string): boolean => word.length >= TELLING_LENGTH && !OF_EVERY_MACHINE.test(word);

/** Copies of a machine have the same UUIDs of everything that is on its disks: only the disk itself tells them apart. */
export function sameDisk(a: DiskPrint, b: DiskPrint): Sameness {
  if (a.wwid !== '' && b.wwid !== '') {
    if (a.wwid === b.wwid) return WORLD_WIDE.test(a.wwid) || isTelling(a.wwid) ? 'same' : 'unknown';
    return WORLD_WIDE.test(a.wwid) && WORLD_WIDE.test(b.wwid) ? 'other' : 'unknown';
  }
  if (a.wwid !== b.wwid || a.serial !== b.serial) return 'unknown';
  return isTelling(a.serial) && a.sizeBytes !== null && a.sizeBytes === b.sizeBytes ? 'same' : 'unknown';
}

/** Of a VG with one UUID on both: by the disk of any physical volume that both have. */
export function sameGroup(a: GroupPrint, b: GroupPrint): Sameness {
  const disks = a.pvs.flatMap((pv) => {
    const twin = b.pvs.find(({ pvUuid }) => pvUuid === pv.pvUuid);
    return twin === undefined || pv.missing || twin.missing ? [] : [sameDisk(pv.disk, twin.disk)];
  });
  if (disks.includes('same')) return 'same';
  return disks.length > 0 && disks.every((one) => one === 'other') ? 'other' : 'unknown';
}

type Groups = readonly GroupPrint[] | null;

/** The VG of a UUID as two nodes told of it. */
export function sameGroupOf(vgUuid: string, ofA: Groups, ofB: Groups): Sameness {
  const a = ofA?.find((group) => group.vgUuid === vgUuid);
  const b = ofB?.find((group) => group.vgUuid === vgUuid);
  return a === undefined || b === undefined ? 'unknown' : sameGroup(a, b);
}

export function sameDevice(a: DevicePrint, groupsOfA: Groups, b: DevicePrint, groupsOfB: Groups): Sameness {
  if (a.kind === 'volume' && b.kind === 'volume')
    return a.vgUuid === b.vgUuid && a.lvUuid === b.lvUuid ? sameGroupOf(a.vgUuid, groupsOfA, groupsOfB) : 'other';
  if (a.kind === 'disk' && b.kind === 'disk') {
    const disk = sameDisk(a.disk, b.disk);
    return disk === 'same' && a.partition !== b.partition ? 'other' : disk;
  }
  return 'unknown';
}
