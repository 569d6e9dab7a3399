import { defineCheck, type Found } from '../model/check.ts';
import { reads } from '../model/command/command.ts';
import { isOfThisNode, resizePhysicalVolume, WRITTEN_ELSEWHERE } from '../model/command/lvm-changes.ts';
import { devNo } from '../model/device-mapper/device-mapper.ts';
import { SOURCE } from '../model/evidence.ts';
import type { PhysicalVolume } from '../model/lvm/lvm.ts';
import { ABOVE, type Carried, carriedBy } from '../model/paths/carried.ts';
import { carriedEvidence } from '../model/paths/carried-words.ts';
import { size, sizesApart } from '../model/size.ts';

const MIB = 1024 * 1024;

/** What LVM leaves unused behind the last extent: less than an extent, and a second copy of the metadata where there is one. */
const METADATA_BYTES = 4 * MIB;

export const lv013 = defineCheck({
  code: 'LV013',
  dependsOnStack: true,
  title: 'physical volume and its device of different size',
  harms: { data: 'the device is too small', housekeeping: 'the device has grown' },
  needs: ['lvm', 'stack', 'blockDevices', 'storagesByVg', 'rawDisks'],
  wants: [...ABOVE, 'storage'],
  examine: (facts, above) => {
    const { lvm, stack } = facts;
    const extents = new Map(lvm.vgs.map((vg) => [vg.vgUuid, vg.extentSizeBytes]));
    return lvm.pvs.flatMap((pv) => {
      const { sizeBytes: used, deviceBytes: device } = pv;
      const extent = extents.get(pv.vgUuid);
      if (pv.missing || used === undefined || device === undefined || device === 0 || extent === undefined) return [];
      // On a volume it is a guest's own, whose size is no business of the node.
      if (/^(?:part\d+-)?LVM-/.test(stack.at(devNo(pv))?.uuid ?? '')) return [];
      const spare = device - pv.peStartBytes - used;
      if (spare >= 0 && spare <= extent + METADATA_BYTES) return [];
      const carried = carriedBy([devNo(pv)], facts, above);
      if (isGuests(pv, carried)) return [];
      const isOwn = isOfThisNode(pv.vgName, above.storage);
      return [findingFor(pv, { used: pv.peStartBytes + used, device }, carried, isOwn)];
    });
  },
});

/**
 * A LUN that a guest has as a disk of its own shows the guest's physical volume here too: `pvresize` on the node would write to a VG
 * that the guest is writing to. Where no storage means the VG and nothing of it is active, it may be one.
 */
const isGuests = ({ vgName }: PhysicalVolume, { raw, given, vgNames, storages }: Carried): boolean =>
  given !== false || !(storages.has(vgName) || (vgNames.includes(vgName) && raw.length === 0));

interface Sizes {
  readonly used: number;
  readonly device: number;
}

function findingFor(pv: PhysicalVolume, { used, device }: Sizes, carried: Carried, ofThisNode: boolean): Found {
  const isLarger = used > device;
  const [pvSize, deviceSize] = sizesApart(used, device);
  return {
    harm: isLarger ? 'data' : 'housekeeping',
    subject: { kind: 'device', id: pv.pvName },
    title: isLarger
      ? `physical volume ${pv.pvName} needs ${pvSize}, and its device has ${deviceSize}`
      : `physical volume ${pv.pvName} uses ${pvSize} of a device of ${deviceSize}`,
    headline: isLarger
      ? `has a physical volume that is larger than its device (${pv.pvName}): data behind its end is out of reach`
      : `does not use ${size(device - used)} of ${pv.pvName}, which has grown`,
    evidence: [
      {
        fact: `${pv.pvName} (${devNo(pv)}) of VG ${pv.vgName}: LVM uses ${used} bytes, the device has ${device}`,
        source: SOURCE.lvm,
      },
      ...carriedEvidence(carried),
    ],
    impact: isLarger
      ? 'LVM activates the volumes all the same. Reads and writes beyond the end of the device fail, whoever’s volume lies there.'
      : 'Nothing is wrong with the data; the new room waits for `pvresize`.',
    remedy: isLarger
      ? {
          text:
            'Give the LUN or partition its old size back, rescan it, resize the map over it, and look again. Do not run `pvresize`: ' +
            'it would cut off extents that volumes use, or refuse.',
          commands: [reads('pvs', '--segments', '-o', 'pv_name,pv_size,dev_size,seg_start_pe,lv_name', pv.pvName)],
        }
      : {
          text:
            'When every node that has the LUN sees its new size, on all paths and on the map, run `pvresize` on one node. Where the ' +
            `room is left free on purpose, acknowledge this.${ofThisNode ? '' : ` ${WRITTEN_ELSEWHERE}`}`,
          commands: ofThisNode
            ? [resizePhysicalVolume({ pvName: pv.pvName, pvUuid: pv.pvUuid, deviceBytes: device })]
            : [],
        },
    bytes: isLarger ? null : device - used,
    about: pv.vgName,
  };
}
