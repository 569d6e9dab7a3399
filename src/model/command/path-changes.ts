import type { DmDevice } from '../device-mapper/device-mapper.ts';
import type { Disk } from '../paths/disks.ts';
import type { Changes } from './command.ts';

/** null where the disk has no name of its own: the kernel gives `sda` to another one. */
export function rescanDisk({ kernelName, wwid, address }: Disk): Changes | null {
  if (wwid === null || wwid === '' || address === '') return null;
  return {
    kind: 'changes',
    change: 'rescan-disk',
    does: `lets the kernel read the size of ${kernelName} anew`,
    guard: `the WWID of ${kernelName} is ${wwid}`,
    conditions: [{ pipe: [['grep', '-qxF', '--', wwid, `/sys/block/${kernelName}/device/wwid`]], limitSeconds: null }],
    argv: ['sh', '-c', `echo 1 > /sys/block/${kernelName}/device/rescan`],
    limitSeconds: 25,
    endedBy: 'KILL',
  };
}

/**
 * `sectors`: what every path has by then, and more than the map has now. multipathd takes the size of its paths, downwards too, so all
 * of them are read again, with that of the map.
 */
export const resizeMap = ({ name, uuid }: DmDevice, mapSectors: number, sectors: number): Changes => ({
  kind: 'changes',
  change: 'resize-map',
  does: `gives the map ${name} the size of its paths`,
  guard: `its UUID is ${uuid}, it has ${mapSectors} sectors, and each of its paths ${sectors}`,
  conditions: [
    {
      pipe: [['dmsetup', 'info', '-c', '--noheadings', '-o', 'uuid', '--', name]],
      prints: uuid,
      limitSeconds: null,
    },
    {
      pipe: [['lsblk', '-snrbo', 'SIZE', '--', `/dev/mapper/${name}`], ['sort', '-nu'], ['xargs']],
      prints: `${mapSectors * 512} ${sectors * 512}`,
      limitSeconds: 10,
    },
  ],
  argv: ['multipathd', 'resize', 'map', name],
  limitSeconds: 15,
  endedBy: 'KILL',
});

/** open-iscsi itself makes no second session of one record, and logs in where it has a record only. */
export const logIn = (target: string, portal: string): Changes => ({
  kind: 'changes',
  change: 'log-in',
  does: `logs in to ${target} by ${portal}`,
  guard: 'open-iscsi has a record of that portal and no session by it',
  conditions: [],
  argv: ['iscsiadm', '-m', 'node', '-T', target, '-p', portal, '--login'],
  limitSeconds: 25,
  endedBy: 'KILL',
});
