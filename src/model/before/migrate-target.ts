import type { NodeView } from '../cluster/cluster-view.ts';
import type { NodeRecord, StoragePrint } from '../cluster/node-record.ts';
import { isMadeAnew } from '../needs/unsettled.ts';
import { knownOrNull, whyNot } from '../reading.ts';
import { size } from '../size.ts';
import { type Answer, type Stop, stop, together } from './answer.ts';
import { guestOf } from './preconditions.ts';
import type { OwnVolume, Situation } from './situation.ts';

/** Volumes of the guest, and those of them that are copied. */
interface Going {
  readonly volumes: readonly OwnVolume[];
  readonly local: readonly OwnVolume[];
}

/** What the other node says of itself. */
export function ofTarget(situation: Situation, to: string, going: Going): Partial<Answer> {
  const { clusterView } = situation.readings;
  const node = knownOrNull(clusterView)?.nodes.find(({ name }) => name === to);
  if (node === undefined) {
    const why = clusterView.state === 'known' ? 'it has told nothing' : whyNot(clusterView);
    return { notLooked: [`what node ${to} sees: ${why}`] };
  }
  if (node.standing.state === 'not-judged')
    return unheard(node, node.standing.because, node.standing.reason === 'offline');
  const { record } = node.standing;
  return together(
    usable(situation, going, record, to),
    ghosts(situation, going, record, to),
    { stops: going.local.flatMap((volume) => nameStops(volume, record, to)) },
    room(going.local, record, to),
    {
      notLooked: record.fingerprint.groups === null ? [`which entries node ${to} has: its record does not tell`] : [],
      notes: problemNotes(situation, record, to),
    },
  );
}

const unheard = ({ name }: NodeView, because: string, isOff: boolean): Partial<Answer> =>
  isOff
    ? {
        stops: [stop(`node ${name} is off: ${because}`, "Can't connect to destination address using public key")],
      }
    : { notLooked: [`what node ${name} sees: ${because}`] };

const printOf = ({ storeid }: OwnVolume, { fingerprint }: NodeRecord): StoragePrint | undefined =>
  fingerprint.storages?.find((one) => one.storeid === storeid);

/** What stops what happens on the other node now, and is only to know where that happens at the next start. */
function nowOrThen(
  situation: Situation,
  { local }: Going,
  found: readonly { readonly volume: OwnVolume; readonly because: string; readonly text: string }[],
): Partial<Answer> {
  const isNow = (volume: OwnVolume): boolean => situation.running === true || local.includes(volume);
  return together({
    stops: found.flatMap(({ volume, because, text }) => (isNow(volume) ? [stop(because, text, 'run')] : [])),
    notes: found.flatMap(({ volume, because, text }) =>
      isNow(volume)
        ? []
        : [
            `${because}: the migration ends well, and the start of ${guestOf(situation)} there fails${text === '' ? '' : ` (${text})`}`,
          ],
    ),
  });
}

function usable(situation: Situation, going: Going, record: NodeRecord, to: string): Partial<Answer> {
  const lacking = going.volumes.flatMap((volume) => {
    const told = printOf(volume, record);
    return told?.usable === false
      ? [{ volume, because: `storage ${told.storeid} cannot be used on node ${to}: ${told.because}`, text: '' }]
      : [];
  });
  return nowOrThen(situation, going, lacking);
}

/** An entry there of the same VG and name, and of another volume. A volume that is copied gets another name there instead. */
function ghosts(situation: Situation, going: Going, { fingerprint }: NodeRecord, to: string): Partial<Answer> {
  const dead = going.volumes.flatMap((volume) => {
    const { lv, lines, volid } = volume;
    const group = lv === null ? undefined : fingerprint.groups?.find(({ vgUuid }) => vgUuid === lv.vgUuid);
    const entry = group?.volumes?.find(({ lvName, lvUuid }) => lvName === lv?.lvName && lvUuid !== lv.lvUuid);
    return entry === undefined
      ? []
      : [
          {
            volume,
            because: `node ${to} has a dead entry where ${lines[0]}, ${volid}, would be activated (DM013 there)`,
            text: 'device-mapper: create ioctl on … failed: Device or resource busy',
          },
        ];
  });
  return nowOrThen(situation, going, dead);
}

/** qemu-server src/PVE/QemuMigrate.pm sync_offline_local_volumes: saved memory and cloud-init drives keep their names, the others get free ones. */
function nameStops(volume: OwnVolume, record: NodeRecord, to: string): readonly Stop[] {
  const { name, volid, lines, mentions } = volume;
  if (!isMadeAnew(name) && !mentions.some(({ key }) => key === 'vmstate')) return [];
  const isTaken = printOf(volume, record)?.fixedNames?.some(
    (other) => other.slice(other.lastIndexOf('/') + 1) === name,
  );
  return isTaken === true
    ? [
        stop(
          `node ${to} has a volume ${name} already, and ${lines[0]}, ${volid}, keeps its name`,
          'already exists',
          'run',
        ),
      ]
    : [];
}

/** Whole copies, where the storage gives room out at once (thick LVM) or is nearly full. */
function room(local: readonly OwnVolume[], record: NodeRecord, to: string): Partial<Answer> {
  const byStorage = Map.groupBy(local, ({ storeid }) => storeid);
  return together(
    ...[...byStorage].map(([storeid, volumes]): Partial<Answer> => {
      const [first] = volumes;
      const told = first === undefined ? undefined : printOf(first, record);
      if (told?.usable === false) return {};
      if (told?.freeBytes === undefined)
        return { notLooked: [`whether storage ${storeid} of node ${to} has room: its record does not tell`] };
      const unsized = volumes.filter(({ sizeBytes }) => sizeBytes === null).map(({ volid }) => volid);
      if (unsized.length > 0)
        return {
          notLooked: [
            `whether storage ${storeid} of node ${to} has room: the size of ${unsized.join(', ')} is not known`,
          ],
        };
      const needed = volumes.reduce((sum, { sizeBytes }) => sum + (sizeBytes ?? 0), 0);
      if (needed <= told.freeBytes) return {};
      const what = `storage ${storeid} of node ${to} has ${size(told.freeBytes)} free, and the volumes have ${size(needed)}`;
      return first?.storage?.type === 'lvm'
        ? { stops: [stop(what, 'insufficient free space', 'run')] }
        : { notes: [`${what}: it may fill up while they are copied`] };
    }),
  );
}

/** Problems that the other node tells of this guest. */
const problemNotes = ({ config }: Situation, { verdict }: NodeRecord, to: string): readonly string[] =>
  (verdict?.problems ?? [])
    .filter(({ vmids }) => vmids.includes(config.vmid))
    .map(({ who, what, codes }) => `node ${to} says: ${who} ${what} (${codes.join(', ')})`);
