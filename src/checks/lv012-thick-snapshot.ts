import { type Advice, defineCheck, type Facts, type Found, type Readings } from '../model/check.ts';
import { reads } from '../model/command/command.ts';
import { extendSnapshot, isOfThisNode, WRITTEN_ELSEWHERE } from '../model/command/lvm-changes.ts';
import { type DmDevice, devNo, SECTOR_BYTES } from '../model/device-mapper/device-mapper.ts';
import type { DeviceStack } from '../model/device-mapper/device-stack.ts';
import { type LvmDmName, plainName, splitDmName } from '../model/device-mapper/dm-name.ts';
import { identifyUuid } from '../model/device-mapper/dm-uuid.ts';
import { SOURCE } from '../model/evidence.ts';
import { decodeDevice } from '../model/guests/guest-devices.ts';
import { volumePath } from '../model/lvm/lvm.ts';
import { type TargetLine, targetLines, unseenTargets } from '../model/paths/target-lines.ts';
import { size } from '../model/size.ts';

const NEEDS = ['stack', 'targetStatuses'] as const;

const WANTS = ['storage'] as const;

type Needed = Facts<(typeof NEEDS)[number]>;
type Wanted = Readings<(typeof WANTS)[number]>;
type Line = TargetLine<'snapshot'>;

const WARNING_PERCENT = 80;

export const lv012 = defineCheck({
  code: 'LV012',
  dependsOnStack: true,
  title: 'snapshot that is nearly full, or not valid any more',
  harms: { data: 'it could not be merged', redundancy: 'it is not valid any more', room: 'from 80 %' },
  needs: NEEDS,
  wants: WANTS,
  examine: ({ stack, targetStatuses }: Needed, { storage }) =>
    targetLines(stack, targetStatuses, 'snapshot').flatMap((line) => {
      const percent = percentOf(line);
      // One that is being merged gets emptier.
      const isFilling = line.status.type === 'snapshot' && percent >= WARNING_PERCENT;
      return line.state.condition === 'ok' && !isFilling
        ? []
        : [findingFor(line, percent, originOf(line, stack), storage)];
    }),
  unjudged: ({ stack, targetStatuses }: Needed) =>
    unseenTargets(stack, targetStatuses, (type) => type === 'snapshot' || type === 'snapshot-merge'),
});

const percentOf = ({ state }: Line): number =>
  state.totalSectors === 0 ? 0 : Math.floor((100 * state.usedSectors) / state.totalSectors);

/** `snapshot ORIGIN COW …`: what people call the original lies on the same layer, and it is the guest's. */
const originOf = ({ device, status }: Line, stack: DeviceStack): DmDevice | null => {
  const [number = ''] = device.table.find(({ start }) => start === status.start)?.args ?? [];
  return stack.above(number).find(({ table }) => table.some(({ type }) => type === 'snapshot-origin')) ?? null;
};

function findingFor(line: Line, percent: number, origin: DmDevice | null, storage: Wanted['storage']): Found {
  const { device, status, state } = line;
  const name = splitDmName(device.name);
  const path = name === null ? device.name : volumePath(name);
  const isLost = state.condition !== 'ok';
  const isMerge = state.condition === 'Merge failed';
  const lost = isMerge ? 'could not be merged' : `is not valid any more (${state.condition})`;
  return {
    harm: isMerge ? 'data' : isLost ? 'redundancy' : 'room',
    subject: { kind: 'device', id: device.name },
    title: `snapshot ${path} ${isLost ? lost : `is ${percent} % full`}`,
    headline: isLost
      ? `has a snapshot that ${lost}: a backup that is made from it is worthless`
      : `has a snapshot that is ${percent} % full: at 100 % it is lost, and a backup from it with it`,
    evidence: [
      { fact: `${device.name} (${devNo(device)}): ${status.type} ${status.raw}`, source: SOURCE.dmStatus },
      ...(isLost
        ? []
        : [
            {
              fact: `${size(state.usedSectors * SECTOR_BYTES)} of ${size(state.totalSectors * SECTOR_BYTES)} are used`,
              source: SOURCE.dmStatus,
            },
          ]),
      ...(origin === null ? [] : [{ fact: `it was taken of ${plainName(origin)}`, source: SOURCE.dmTable }]),
    ],
    impact: isLost
      ? 'Every read of the snapshot fails; the volume that it was taken of goes on undamaged. What was copied from it up to then is part of ' +
        'a backup at best.'
      : 'Each first write to a block of the original takes room in the snapshot. When there is none left, the kernel drops the snapshot.',
    remedy: isLost
      ? {
          text:
            state.condition === 'Merge failed'
              ? 'Do not remove it: part of the original may be in it still. Look at the kernel’s log and at the disk beneath first.'
              : 'Look whether a backup ran from it, and make that one again. Then remove the snapshot, which keeps the original as it is; a ' +
                'larger one is needed the next time.',
          commands:
            name === null
              ? []
              : [
                  reads(
                    ...(['lvs', '-a', '-o'] as const),
                    'lv_name,lv_attr,origin,data_percent,lv_snapshot_invalid,lv_merging',
                    name.vgName,
                  ),
                ],
        }
      : enlarging(line, name, storage),
    vmid: (decodeDevice(device) ?? (origin === null ? null : decodeDevice(origin)))?.vmid ?? null,
  };
}

function enlarging({ device, state }: Line, name: LvmDmName | null, storage: Wanted['storage']): Advice {
  const text = 'Enlarge the snapshot now. Find out then who made it and for what.';
  const identity = identifyUuid(device.uuid);
  if (name === null || identity.kind !== 'lvm') return { text };
  if (!isOfThisNode(name.vgName, storage)) return { text: `${text} ${WRITTEN_ELSEWHERE}` };
  return { text, commands: [extendSnapshot(name, identity.lvUuid, state.totalSectors * SECTOR_BYTES)] };
}
