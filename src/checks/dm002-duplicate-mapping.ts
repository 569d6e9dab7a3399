import { type Advice, defineCheck, type Found } from '../model/check.ts';
import { reads } from '../model/command/command.ts';
import type { DmDevice } from '../model/device-mapper/device-mapper.ts';
import { plainName } from '../model/device-mapper/dm-name.ts';
import { hasCanonicalName } from '../model/device-mapper/duplicate-sets.ts';
import type { Claim, Overlap } from '../model/device-mapper/overlapping-devices.ts';
import { deviceEvidence, SOURCE } from '../model/evidence.ts';
import type { Evidence } from '../model/finding.ts';
import { decodeDevice } from '../model/guests/guest-devices.ts';

/** More pairs of one extra are not listed. */
const LISTED_PAIRS = 5;

export const dm002 = defineCheck({
  code: 'DM002',
  title: 'duplicate by mapping: two entries over the same sectors',
  harms: { data: '' },
  needs: ['overlaps'],
  examine: ({ overlaps }) =>
    [...Map.groupBy(overlaps, ({ extra }) => extra.device)].flatMap(([extra, [first, ...others]]) =>
      first ? [findingFor(extra, first, others)] : [],
    ),
});

function findingFor(extra: DmDevice, first: Overlap, others: readonly Overlap[]): Found {
  const keep = first.keep.device;
  const entry = decodeDevice(extra);
  const overlaps = [first, ...others];
  const removable = entry !== null && overlaps.every((overlap) => isRemovable(extra, overlap.keep.device));
  const pairs = overlaps.slice(0, LISTED_PAIRS);
  return {
    harm: 'data',
    subject: { kind: 'device', id: extra.name },
    title: `${extra.name} and ${keep.name} map the same sectors of ${first.extra.extent.space}`,
    headline: `can lose data: ${plainName(extra)} and ${plainName(keep)} map the same part of a disk`,
    evidence: [
      deviceEvidence(extra),
      ...[...new Set(pairs.map((pair) => pair.keep.device))].map(deviceEvidence),
      ...pairs.flatMap(({ extra: a, keep: b }) => [rangeEvidence(a), rangeEvidence(b)]),
      ...(overlaps.length > LISTED_PAIRS ? [moreEvidence(overlaps.length - LISTED_PAIRS)] : []),
    ],
    impact:
      'A write through one of them changes the data that the other one shows, each with a cache of its own. Two guests, ' +
      'or a guest and the host, can destroy each other’s filesystem without an error.',
    remedy: remedyFor(extra, keep, removable),
    repairAction: removable ? 'remove-device' : null,
    vmid: entry?.vmid ?? decodeDevice(keep)?.vmid ?? null,
    vmids: [extra, ...overlaps.map((overlap) => overlap.keep.device)].flatMap(
      (device) => decodeDevice(device)?.vmid ?? [],
    ),
    about: aboutOf([extra, ...overlaps.map((overlap) => overlap.keep.device)]),
  };
}

/** Which of them is to go changes with what is open; the first of their volumes does not. */
function aboutOf(devices: readonly DmDevice[]): string | undefined {
  const volumes = devices.flatMap((device) => {
    const entry = decodeDevice(device);
    return entry === null ? [] : [`${entry.vgName}/${entry.lvName}`];
  });
  return volumes.sort()[0];
}

/** Only what was made by hand and is not open, beside an entry that is LVM's or has a volume's own name. */
const isRemovable = (extra: DmDevice, keep: DmDevice): boolean =>
  extra.uuid === '' && extra.openCount === 0 && (keep.uuid !== '' || hasCanonicalName(keep));

const rangeEvidence = ({ device, extent }: Claim): Evidence => ({
  fact: `${device.name} maps sectors ${extent.start}-${extent.end - 1} of ${extent.space}`,
  source: SOURCE.dmTable,
});

const moreEvidence = (left: number): Evidence => ({ fact: `and ${left} more overlaps`, source: SOURCE.dmTable });

function remedyFor(extra: DmDevice, keep: DmDevice, removable: boolean): Advice {
  if (removable)
    return {
      text: `${extra.name} was made by hand and is not open. Keep ${keep.name} and remove it.`,
    };
  if (extra.uuid !== '' && keep.uuid !== '')
    return {
      text:
        'LVM gives a sector to one volume only, so one of the two is a leftover: compare both UUIDs with the metadata. ' +
        'DM013 names the one that is gone, DM020 the one that moved; until then start no guest that uses either.',
      commands: [reads('lvs', '-a', '-o', 'vg_name,lv_name,vg_uuid,lv_uuid,seg_pe_ranges')],
    };
  return {
    text: `Find out who made ${extra.name} and who uses it, close it there, then check again.`,
  };
}
