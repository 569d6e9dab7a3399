import type { SectionReadings } from '../model/derived.ts';
import { type DmDevice, underlyingDevices } from '../model/device-mapper/device-mapper.ts';
import { decodeDevice } from '../model/guests/guest-devices.ts';
import { lvDmUuid, volumePath } from '../model/lvm/lvm.ts';
import { knownOrNull } from '../model/reading.ts';

/**
 * Whether a name that a person typed means this device: the entry's own name, its volume as `VG/LV` or `storage:volume`,
 * or the path of either below /dev. A partition map is meant by the volume that it lies on, too.
 */
export function meansDevice(name: string, device: DmDevice, sections: SectionReadings): boolean {
  const bare = name.replace(/^\/dev\/(?:mapper\/)?/, '');
  const wanted = [bare, ...volumesOfStorage(name, sections)];
  return namesOf(device, sections).some((own) => wanted.includes(own));
}

function namesOf(device: DmDevice, sections: SectionReadings): readonly string[] {
  const entry = decodeDevice(device);
  const stack = knownOrNull(sections.stack);
  const parents = entry === null ? underlyingDevices(device).flatMap((number) => stack?.entryAt(number) ?? []) : [];
  return [
    device.name,
    ...(entry === null ? [] : [volumePath(entry)]),
    ...parents.flatMap((parent) => [parent.device.name, volumePath(parent)]),
    ...nowCalled([device.uuid, ...parents.map((parent) => parent.device.uuid)], sections),
  ];
}

/** What LVM metadata calls the volumes with these UUIDs now; an entry keeps the name that it was made with. */
function nowCalled(uuids: readonly string[], { lvm }: SectionReadings): readonly string[] {
  const lvs = knownOrNull(lvm)?.lvs ?? [];
  return lvs.filter((lv) => uuids.includes(lvDmUuid(lv))).map(volumePath);
}

/** `storage:volume` as `VG/LV`; none where the storage is unknown or has no VG. */
function volumesOfStorage(name: string, { storage }: SectionReadings): readonly string[] {
  const [, storeid = '', volname = ''] = /^([^:/]+):(.+)$/.exec(name) ?? [];
  const storages = knownOrNull(storage)?.storages ?? [];
  const vgName = storages.find((known) => known.storeid === storeid)?.properties['vgname'];
  return vgName === undefined || volname === '' ? [] : [`${vgName}/${volname}`];
}
