import { bareUuid } from '../model/device-mapper/dm-uuid.ts';
import type { LeftOutDevice } from '../model/lvm/lvm.ts';

/**
 * lvm2 lib/cache/lvmcache.c _warn_duplicates: `WARNING: Not using device /dev/loop1 for PV VWemFf-….`, one line for each
 * device that carries the UUID of a physical volume for which LVM chose another device. The report itself does not show it.
 */
const NOT_USED = /^\s*(?:WARNING: )?Not using device (\S{1,4096}) for PV ([0-9A-Za-z#!-]{32,38})\b/;

/** What LVM says on standard error while it reports. Lines that are not understood are passed over. */
export const parseLvmWarnings = (stderr: string): readonly LeftOutDevice[] =>
  stderr.split('\n').flatMap((line) => {
    const [, path, uuid] = NOT_USED.exec(line) ?? [];
    return path === undefined || uuid === undefined ? [] : [{ path, pvUuid: bareUuid(uuid) }];
  });
