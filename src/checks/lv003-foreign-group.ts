import { type Advice, defineCheck, type Found } from '../model/check.ts';
import { reads } from '../model/command/command.ts';
import { identifyUuid } from '../model/device-mapper/dm-uuid.ts';
import { counted, SOURCE } from '../model/evidence.ts';
import type { Evidence } from '../model/finding.ts';
import type { Foreign, Group } from '../model/guests/group-standing.ts';
import { decodeGuestVolume } from '../model/guests/guest-volume.ts';

export const lv003 = defineCheck({
  code: 'LV003',
  title: 'VG with guest volumes that no storage can mean',
  harms: { operation: 'another VG has its name, or it belongs to a guest', housekeeping: 'no storage names it' },
  // Without block devices nobody knows which disks were given to guests.
  needs: ['groups', 'stack', 'lvm', 'blockDevices'],
  examine: ({ groups, stack, lvm }) => {
    const entries = stack.entries.map(({ device }) => identifyUuid(device.uuid));
    const withVolumes = new Set([
      ...entries.flatMap((identity) => (identity.kind === 'lvm' ? [identity.vgUuid] : [])),
      ...lvm.lvs.filter(({ lvName }) => decodeGuestVolume(lvName) !== null).map(({ vgUuid }) => vgUuid),
    ]);
    const byName = Map.groupBy(groups.groups, ({ vgName }) => vgName);
    return [...byName.values()].flatMap((sameName) => {
      const [first] = sameName
        .flatMap((group) => {
          const foreign = groups.foreign(group.vgUuid);
          return foreign === null ? [] : [{ group, foreign }];
        })
        .filter(({ group }) => withVolumes.has(group.vgUuid) || sameName.length > 1)
        .sort((a, b) => RANK.indexOf(a.foreign.why) - RANK.indexOf(b.foreign.why));
      return first === undefined ? [] : [findingFor(first.group, first.foreign, sameName)];
    });
  },
});

type Why = Foreign['why'];

/** The worst first: one finding for each name. */
const RANK: readonly Why[] = ['same-name', 'on-guest', 'other-group', 'unnamed'];

function findingFor(group: Group, { why, because }: Foreign, sameName: readonly Group[]): Found {
  return {
    harm: why === 'unnamed' ? 'housekeeping' : 'operation',
    subject: { kind: 'volume-group', id: group.vgName },
    title: `VG ${group.vgName} ${titles[why](group, sameName)}`,
    headline: titles[why](group, sameName),
    evidence: [{ fact: because, source: why === 'unnamed' ? SOURCE.storage : SOURCE.lvm }, ...sameName.map(describe)],
    impact: impacts[why],
    remedy: remedies[why],
  };
}

const titles: Readonly<Record<Why, (group: Group, sameName: readonly Group[]) => string>> = {
  'same-name': (_, sameName) => `is the name of ${counted(sameName.length, 'VG')}: no storage can use them`,
  'on-guest': ({ insideOf }, sameName) =>
    `belongs to guest ${insideOf?.vmid}, and this node sees it${sameName.length > 1 ? ' beside its own VG of that name' : ''}`,
  'other-group': () => 'has active entries of an older VG of this name',
  unnamed: () => 'has guest volumes, but no storage uses it',
};

const describe = ({ vgName, vgUuid, isReported, insideOf }: Group): Evidence => ({
  fact:
    `VG ${vgName} with UUID ${vgUuid} is ${isReported ? 'reported by LVM' : 'in device-mapper UUIDs only'}` +
    (insideOf === null ? '' : `, on ${insideOf.by}`),
  source: isReported ? SOURCE.lvm : SOURCE.dmInfo,
});

const UNJUDGED = 'pve-doctor cannot tell whose volumes these are, so it neither judges nor removes them.';

const impacts: Readonly<Record<Why, string>> = {
  'same-name': `LVM refuses commands that name one of them, so Proxmox VE cannot use a storage on it. ${UNJUDGED}`,
  'on-guest':
    'Activating, changing or repairing it on this node can destroy data of the guest, which uses it too. Its volumes ' +
    `belong to guests inside that guest (a nested Proxmox VE). ${UNJUDGED}`,
  'other-group': `The entries are of a VG that was replaced, renamed or hidden. ${UNJUDGED}`,
  unnamed: `A storage was removed from storage.cfg, or the disk belongs to another installation or to a guest. ${UNJUDGED}`,
};

const HIDE =
  'keep LVM of this node off the disk: list what belongs to the node in LVM’s devices file (`lvmdevices`, ' +
  '`devices/use_devicesfile`), or reject the disk in `devices/global_filter` of /etc/lvm/lvm.conf';

const LOOK: Advice['commands'] = [reads('pvs', '-o', 'pv_name,pv_uuid,vg_name,vg_uuid')];

const remedies: Readonly<Record<Why, Advice>> = {
  'same-name': {
    text: `Find out which one the storage means. If the other one belongs to a guest or another installation, ${HIDE}. If both belong to this node, rename one of them by its UUID (\`vgrename\`).`,
    commands: LOOK,
  },
  'on-guest': {
    text: `Deactivate what is active of it, then ${HIDE}. The guest goes on using its disk.`,
    commands: LOOK,
  },
  'other-group': {
    text: 'Compare the UUIDs with the VG that the storage should have. If the disk of the old one is still here, find out why LVM does not report it.',
    commands: LOOK,
  },
  unnamed: {
    text: `If the storage was removed by mistake, add it to storage.cfg again. If the VG is not this node’s, ${HIDE}. Otherwise its volumes are handled with LVM itself.`,
    commands: LOOK,
  },
};
