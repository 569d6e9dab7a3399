import { snapshotVolumeName } from '../guests/guest-volume.ts';
import { knownOrNull } from '../reading.ts';
import { isDisk } from '../volumes/guest-disks.ts';
import { type Answer, type Stop, stop, type TouchedVolume, together } from './answer.ts';
import { canSnapshot, mustBeNewest } from './features.ts';
import { activationOf, backupNotes, current, guestOf, lockStops, workNotes } from './preconditions.ts';
import type { OwnVolume, Situation } from './situation.ts';

/** Disks of the guest as it is now: what a snapshot takes a snapshot of. */
const disks = (situation: Situation): readonly OwnVolume[] =>
  current(situation).filter(({ mentions }) =>
    mentions.some(({ section, key }) => section === 'current' && isDisk(key)),
  );

const touched = (volume: OwnVolume, fate: TouchedVolume['fate']): TouchedVolume => {
  const { volid, lines, seen, sizeBytes, identity, others } = volume;
  return { volid, lines, seen, sizeBytes, identity, others, fate };
};

/** pve-guest-common src/PVE/AbstractConfig.pm snapshot_create. */
export function beforeSnapshot(situation: Situation, name: string): Answer {
  const own = disks(situation);
  return together(
    { stops: [...lockStops(situation), ...nameStops(situation, name)] },
    // Of a template it is refused before anything is asked of its volumes.
    situation.config.template
      ? {}
      : { stops: own.flatMap((volume) => featureStops(volume)), notLooked: own.flatMap(featureUnknown) },
    { stops: own.flatMap((volume) => takenStops(situation, volume, name)) },
    activationOf(situation, own),
    { touched: own.map((volume) => touched(volume, 'changed')) },
    workNotes(situation),
  );
}

function nameStops({ config }: Situation, name: string): readonly Stop[] {
  return [
    ...(config.template ? [stop('it is a template', "you can't take a snapshot if it's a template", 'run')] : []),
    ...(config.snapshots.includes(name)
      ? [stop(`it has a snapshot ${name} already`, `snapshot name '${name}' already used`)]
      : []),
  ];
}

const featureStops = (volume: OwnVolume): readonly Stop[] =>
  canSnapshot(volume) === false
    ? [
        stop(
          `${volume.lines[0]}, ${volume.volid}, can have no snapshot on storage ${volume.storeid} (${volume.storage?.type})`,
          'snapshot feature is not available',
          'run',
        ),
      ]
    : [];

const featureUnknown = (volume: OwnVolume): readonly string[] =>
  volume.storage !== undefined && canSnapshot(volume) === null
    ? [`whether storage ${volume.storeid} (${volume.storage.type}) can make snapshots of ${volume.volid}`]
    : [];

/** What an earlier snapshot left on the storage under this name; one that the guest has is said as that. */
function takenStops({ readings, config }: Situation, volume: OwnVolume, name: string): readonly Stop[] {
  if (config.snapshots.includes(name)) return [];
  const left = snapshotVolumeName(volume.name, name);
  const vgName = volume.storage?.properties['vgname'];
  const isTaken =
    vgName === undefined
      ? volume.snapshots?.includes(name) === true
      : knownOrNull(readings.lvm)?.lvs.some((lv) => lv.vgName === vgName && lv.lvName === left) === true;
  if (!isTaken) return [];
  return [
    stop(
      `${volume.volid} has a snapshot ${name} on its storage, which no configuration knows`,
      volume.storage?.type === 'lvmthin' ? `Logical Volume "${left}" already exists in volume group "${vgName}"` : '',
      'run',
    ),
  ];
}

/** snapshot_delete: it asks each disk that the section names. */
export function beforeDeleteSnapshot(situation: Situation, name: string): Answer {
  const own = inSnapshot(situation, name);
  const lacking = own.filter(({ snapshots, seen }) => seen === 'there' && snapshots?.includes(name) === false);
  return together(
    { stops: [...lockStops(situation), ...unknownStops(situation, name)] },
    {
      stops: lacking.map(({ volid, lines }) =>
        stop(
          `${lines[0]}, ${volid}, does not have snapshot ${name}: it fails midway and leaves lock: snapshot-delete`,
          `snapshot not found`,
          'run',
        ),
      ),
      notLooked: own.flatMap((volume) =>
        volume.seen === 'there' && volume.snapshots === null ? [`which snapshots ${volume.volid} has`] : [],
      ),
    },
    activationOf(situation, own),
    { touched: own.map((volume) => touched(volume, 'changed')) },
    workNotes(situation),
  );
}

/** snapshot_rollback: what is in each disk now is lost. */
export function beforeRollback(situation: Situation, name: string): Answer {
  const own = inSnapshot(situation, name);
  const state = situation.config.unfinished.find(({ snapshot }) => snapshot === name)?.state;
  return together(
    { stops: [...lockStops(situation), ...unknownStops(situation, name)] },
    situation.config.template ? { stops: [stop('it is a template', "you can't rollback if vm is a template")] } : {},
    state === undefined
      ? {}
      : {
          stops: [
            stop(`snapshot ${name} is not whole`, `unable to rollback to incomplete snapshot (snapstate = ${state})`),
          ],
        },
    { stops: own.flatMap((volume) => rollbackStops(volume, name)) },
    activationOf(situation, own),
    { touched: own.map((volume) => touched(volume, 'replaced')), notes: outsideNotes(situation, own, name) },
    workNotes(situation),
    backupNotes(situation),
  );
}

function rollbackStops(volume: OwnVolume, name: string): readonly Stop[] {
  const { snapshots, volid, lines } = volume;
  if (snapshots === null) return [];
  if (!snapshots.includes(name))
    return [
      stop(
        `${lines[0]}, ${volid}, does not have snapshot ${name}`,
        `can't rollback, snapshot '${name}' does not exist on '${volid}'`,
      ),
    ];
  if (!mustBeNewest(volume) || snapshots.at(-1) === name) return [];
  return [
    stop(
      `${lines[0]}, ${volid}, has newer snapshots: ${snapshots.slice(snapshots.indexOf(name) + 1).join(', ')}`,
      `can't rollback, '${name}' is not most recent snapshot on '${volid}'`,
      'run',
    ),
  ];
}

const outsideNotes = (situation: Situation, own: readonly OwnVolume[], name: string): readonly string[] =>
  disks(situation)
    .filter((volume) => !own.includes(volume))
    .map(({ volid, lines }) => `${lines[0]}, ${volid}, is not in snapshot ${name}: it becomes an unused disk`);

const inSnapshot = ({ volumes }: Situation, name: string): readonly OwnVolume[] =>
  volumes.filter(({ mentions }) =>
    mentions.some(({ section, snapshot, key }) => section === 'snapshot' && snapshot === name && isDisk(key)),
  );

const unknownStops = (situation: Situation, name: string): readonly Stop[] =>
  situation.config.snapshots.includes(name)
    ? []
    : [stop(`${guestOf(situation)} has no snapshot ${name}`, `snapshot '${name}' does not exist`)];
