import type { DiskIdentity } from '../model/device-mapper/block-devices.ts';

/** Words that a disk keeps over a restart of the machine. */
const LASTING = [
  ['wwid', 'WWID'],
  ['serial', 'serial number'],
  ['partUuid', 'partition UUID'],
] as const;

/**
 * Why what stands at a number now is not, or may not be, the disk that stood there; null when it is the same. `diskseq` is
 * another one after each change of the medium or the image, and begins anew with each boot (kernel block/genhd.c, inc_diskseq).
 */
export function whyAnotherDisk(was: DiskIdentity | undefined | null, is: DiskIdentity | undefined): string | null {
  if (was === undefined || was === null) return 'what tells that disk from another was not recorded';
  if (is === undefined) return 'what tells this disk from another could not be read';
  if (was.sizeSectors !== is.sizeSectors) return `it had ${was.sizeSectors} sectors and has ${is.sizeSectors} now`;
  for (const [key, name] of LASTING)
    if (was[key] !== is[key]) return `its ${name} was ${was[key] || 'none'} and is ${is[key] || 'none'} now`;
  const isSameBoot = was.bootId !== '' && was.bootId === is.bootId;
  if (isSameBoot && was.diskSeq !== '')
    return was.diskSeq === is.diskSeq
      ? null
      : `another disk or image has taken its place since (diskseq ${is.diskSeq})`;
  if (LASTING.some(([key]) => was[key] !== '')) return null;
  return isSameBoot
    ? 'it has no WWID, no serial number and no diskseq that would tell it from another'
    : 'the machine was started again, and it has no WWID or serial number that would tell it from another';
}
