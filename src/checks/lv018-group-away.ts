import { defineCheck, type Facts, type Found, type Readings } from '../model/check.ts';
import { reads } from '../model/command/command.ts';
import { devNo } from '../model/device-mapper/device-mapper.ts';
import { splitDmName } from '../model/device-mapper/dm-name.ts';
import { identifyUuid } from '../model/device-mapper/dm-uuid.ts';
import { lostDevices } from '../model/device-mapper/lost-devices.ts';
import { counted, listed, SOURCE } from '../model/evidence.ts';
import type { Storage } from '../model/guests/pve.ts';
import { knownOrNull } from '../model/reading.ts';
import { minuteOf } from '../model/time-words.ts';
import { groupSeenAt, TREND_PATH } from '../model/trend/trend.ts';

const NEEDS = ['lvm', 'storage', 'cluster', 'guests'] as const;
const WANTS = ['running', 'trend', 'stack', 'blockDevices'] as const;

type Needed = Facts<(typeof NEEDS)[number]>;
type Wanted = Readings<(typeof WANTS)[number]>;

/** Only where a guest of this node needs it: a node of a cluster need not have the disks of every storage (CL009 compares them). */
export const lv018 = defineCheck({
  code: 'LV018',
  title: 'storage whose VG is not there',
  harms: { data: 'a guest that runs has lost its disk', operation: 'a guest cannot start' },
  needs: NEEDS,
  wants: WANTS,
  examine: (facts: Needed, wanted) => {
    const reported = new Set(facts.lvm.vgs.map(({ vgName }) => vgName));
    const ours = facts.storage.storages.filter((one) => isOfThisNode(one, facts));
    const byGroup = Map.groupBy(ours, ({ properties }) => properties['vgname'] ?? '');
    return [...byGroup].flatMap(([vgName, storages]) =>
      vgName === '' || reported.has(vgName) ? [] : findingFor(vgName, storages, facts, wanted),
    );
  },
});

const isOfThisNode = ({ type, disabled, nodes }: Storage, { cluster }: Needed): boolean =>
  (type === 'lvm' || type === 'lvmthin') && !disabled && (nodes === null || nodes.includes(cluster.nodeName));

/** Guests of this node with disks on these storages, and those of them that run. */
function guestsOn(storeids: readonly string[], { cluster, guests }: Needed, { running }: Wanted) {
  const named = guests.configs.filter(
    ({ node, mentions }) =>
      node === cluster.nodeName &&
      mentions.some(
        ({ section, certainty, target }) =>
          section === 'current' &&
          certainty === 'certain' &&
          target.kind === 'volid' &&
          storeids.includes(target.storeid),
      ),
  );
  const vmids = [...new Set(named.map(({ vmid }) => vmid))].sort((a, b) => a - b);
  const runs = new Set((knownOrNull(running)?.guests ?? []).map(({ vmid }) => vmid));
  return { vmids, running: vmids.filter((vmid) => runs.has(vmid)) };
}

/** Entries of a VG of this name, and the guests of those whose disk is lost: then it is the lost disk’s matter (DM031). */
function entriesOf(vgName: string, { stack, blockDevices }: Wanted) {
  const devices = knownOrNull(stack);
  const blocks = knownOrNull(blockDevices);
  const own = (devices?.devices ?? []).filter(
    ({ name, uuid }) => identifyUuid(uuid).kind === 'lvm' && splitDmName(name)?.vgName === vgName,
  );
  const all = devices === null || blocks === null ? [] : lostDevices(devices, blocks);
  const lost = new Set(all.flatMap(({ affected }) => affected.map(devNo)));
  const gone = own.filter((device) => lost.has(devNo(device)));
  return {
    count: own.length,
    isLost: gone.length > 0,
    vmids: new Set(gone.flatMap((device) => devices?.entryAt(devNo(device))?.vmid ?? [])),
  };
}

function findingFor(vgName: string, storages: readonly Storage[], facts: Needed, wanted: Wanted): readonly Found[] {
  const storeids = storages.map(({ storeid }) => storeid);
  const { vmids, running } = guestsOn(storeids, facts, wanted);
  if (vmids.length === 0) return [];
  const { count, isLost, vmids: gone } = entriesOf(vgName, wanted);
  const lost = running.filter((vmid) => gone.has(vmid));
  const trend = knownOrNull(wanted.trend);
  const seenAt = trend === null ? null : groupSeenAt(vgName, trend);
  const whom = (list: readonly number[]) => `guest${list.length === 1 ? '' : 's'} ${listed(list.map(String), 6)}`;
  const then = seenAt === null ? '' : `, and was on ${minuteOf(seenAt)}`;
  return [
    {
      harm: lost.length > 0 ? 'data' : 'operation',
      subject: { kind: 'volume-group', id: vgName },
      title: `LVM shows no VG ${vgName}, which storage ${listed(storeids, 4)} needs`,
      headline:
        lost.length > 0
          ? `is not there${then}, with the disks of running ${whom(lost)}`
          : running.length > 0
            ? `is not shown by LVM${then}: running ${whom(running)} ${running.length === 1 ? 'goes' : 'go'} on, and cannot start again`
            : `is not there${then}: ${whom(vmids)} cannot start`,
      evidence: [
        { fact: `the report has no VG called ${vgName}`, source: SOURCE.lvm },
        {
          fact: `storage ${listed(storeids, 4)} is enabled for this node and has its volumes in VG ${vgName}`,
          source: SOURCE.storage,
        },
        ...(seenAt === null ? [] : [{ fact: `LVM showed it on ${minuteOf(seenAt)}`, source: TREND_PATH }]),
        ...(count === 0
          ? []
          : [{ fact: `${counted(count, 'active device')} of a VG of this name`, source: SOURCE.dmTable }]),
        {
          fact: `guests with disks on it: ${listed(vmids.map(String), 10)}, running: ${listed(running.map(String), 10) || 'none'}`,
          source: SOURCE.guests,
        },
      ],
      impact:
        'LVM, and with it Proxmox VE, sees nothing of the VG here: no volume of it can be activated, created or removed, and no guest with a disk on it starts on or migrates to this node.',
      remedy: {
        text: `Find the disk first: cable, controller, iSCSI session, zoning and LUN mapping, the paths of its map, then the devices file and filter of LVM. Where this node is not meant to have ${vgName}, restrict the storage to the nodes that are (\`nodes\` in storage.cfg). Do not make a new VG of that name before you know where the old one is.`,
        commands: [
          reads('pvs', '-a', '-o', 'pv_name,pv_uuid,vg_name,pv_missing,pv_size'),
          reads('lsblk', '-o', 'NAME,KNAME,MAJ:MIN,SIZE,WWN,HCTL'),
        ],
      },
      ...(lost.length > 0 && { lost: `the disk under VG ${vgName} is gone` }),
      vmids,
      about: isLost ? vgName : undefined,
    },
  ];
}
