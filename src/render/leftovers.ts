import { size } from '../model/size.ts';
import {
  bytesOfRow,
  firstOfSnapshot,
  isBySize,
  isLeftover,
  type LeftoverReport,
  type PlaceRow,
  type SnapshotRow,
  touchedAt,
  type VolumeRow,
} from '../model/volumes/leftover-report.ts';
import { type Column, renderColumns } from './columns.ts';
import { counted, minute } from './counted.ts';
import { jsonText } from './json.ts';
import { type Block, bullet, heading, joinBlocks, type Page, pageOf, row, type TextOptions } from './page.ts';
import { printable } from './printable.ts';
import { hang } from './wrap.ts';

/** What this program cannot know, however much it reads: it stands beneath every proof. */
const UNKNOWABLE: readonly string[] = [
  'whether another cluster uses a storage that both reach: its configurations are not here, and no storage says whose a volume is',
  'whether somebody keeps a volume on purpose, for a guest that exists only in a backup',
  'what was started on another node in this minute: its tasks and processes are seen there',
];

const WHAT_THIS_IS: readonly string[] = [
  'what was seen, and what no configuration that was read names; it does not say that any of it may go',
];

/** `pve-doctor leftovers` for a terminal: a table by storage, and each volume with its proof where that is asked for. */
export function renderLeftovers(
  report: LeftoverReport,
  options: Pick<TextOptions, 'width' | 'colour' | 'verbose'>,
): string {
  const page = pageOf(options);
  const shown = report.places.filter(({ state }) => state === 'read');
  const rows = page.verbose ? shown : shown.filter((place) => place.volumes + place.snapshots + place.unjudged > 0);
  return joinBlocks([
    [page.style.bold(headline(report)), ...hang('', lookedAt(report), page.width, undefined, page.style.dim)],
    rows.length === 0 ? [] : renderColumns(COLUMNS, rows, options.colour),
    ...(page.verbose ? [...report.volumes.map((one) => volumeBlock(one, page)), ...snapshotBlocks(report, page)] : []),
    page.verbose ? listBlock('Not known from here', UNKNOWABLE, page) : [],
    listBlock('Not seen', report.notSeen, page),
    page.verbose ? listBlock('What this is', WHAT_THIS_IS, page) : [],
    report.ageless === 0 ? [] : hang('', agelessText(report.ageless), page.width),
    page.verbose || report.volumes.length + report.snapshots.length === 0 ? [] : hang('', MORE, page.width),
  ]);
}

const MORE =
  'This is what was seen and what no configuration that was read names. It does not say that any of it may go: `pve-doctor leftovers -v` ' +
  'shows each with its proof, and what to find out first.';

const agelessText = (ageless: number): string =>
  `${counted(ageless, 'volume or snapshot', 'volumes and snapshots')} of unknown age left out.`;

function headline({ places, notSeen }: LeftoverReport): string {
  const sum = (of: (place: PlaceRow) => number): number => places.reduce((total, place) => total + of(place), 0);
  const [volumes, snapshots] = [sum((place) => place.volumes), sum((place) => place.snapshots)];
  if (volumes + snapshots === 0) {
    if (!places.some(({ state }) => state === 'read')) return 'Nothing could be judged';
    return notSeen.length === 0 ? 'No leftovers' : 'No leftovers on what could be looked at';
  }
  const guests = new Set(places.flatMap((place) => place.guests)).size;
  const what = [
    ...(volumes === 0 ? [] : [counted(volumes, 'volume')]),
    ...(snapshots === 0 ? [] : [counted(snapshots, 'snapshot')]),
  ].join(' and ');
  const verb = volumes + snapshots === 1 ? 'holds' : 'hold';
  const upTo = sum(({ bySize }) => bySize) === 0 ? '' : 'up to ';
  return `${what} of ${counted(guests, 'guest')} that no configuration names ${verb} ${upTo}${size(sum((place) => place.bytes))}`;
}

function lookedAt({ node, takenAt, looked, source }: LeftoverReport): string {
  const where =
    looked === null
      ? 'configurations were not read'
      : `${counted(looked.configurations, 'configuration')} on ${counted(looked.nodes.length, 'node')} read`;
  const from = source === 'live' ? '' : `, recorded in ${source}`;
  return printable(`node ${node}, ${minute(takenAt)}, ${where}${from}`);
}

/** `up to`: the size of some stands for what they hold; `+`: nothing is known of some. */
const bytesText = ({ bytes, bySize, unsized }: PlaceRow): string =>
  `${bySize === 0 ? '' : 'up to '}${size(bytes)}${unsized === 0 ? '' : ' +'}`;

const unjudgedText = ({ unjudged, unjudgedBytes }: PlaceRow): string =>
  unjudgedBytes === 0 ? String(unjudged) : `${unjudged}, ${size(unjudgedBytes)}`;

const COLUMNS: readonly Column<PlaceRow>[] = [
  { title: 'STORAGE', isNumber: false, cell: ({ storeids }) => printable(storeids.join(', ') || '-') },
  { title: 'WHERE', isNumber: false, cell: ({ where }) => printable(where) },
  { title: 'VOLUMES', isNumber: true, cell: ({ volumes }) => String(volumes) },
  { title: 'SNAPSHOTS', isNumber: true, cell: ({ snapshots }) => String(snapshots) },
  { title: 'BYTES', isNumber: true, cell: bytesText },
  { title: 'OLDEST', isNumber: false, cell: ({ oldest }) => (oldest === null ? '-' : oldest.slice(0, 10)) },
  { title: 'GUESTS', isNumber: false, cell: ({ guests }) => guestsText(guests) },
  { title: 'NOT JUDGED', isNumber: true, cell: unjudgedText },
];

/** A few by number; a table is not wrapped. */
const guestsText = (guests: readonly number[]): string =>
  guests.length === 0 ? '-' : guests.length <= 3 ? guests.join(', ') : `${guests.length} guests`;

/** What a standing is called. */
const STANDINGS = {
  leftover: 'no configuration names it',
  elsewhere: 'no guest of this cluster names it',
  busy: 'not judged: in flight',
  unclear: 'not judged: not to be told',
} as const;

const CAUSES = {
  'guest-gone': 'its guest is gone',
  'guest-elsewhere': 'its guest is on another node',
  'not-in-config': 'its guest is on this node and does not name it',
} as const;

function volumeBlock(volume: VolumeRow, page: Page): Block {
  const bytes = bytesOfRow(volume);
  const touched = touchedAt(volume);
  const facts = [
    ...(bytes === null ? [] : [`${isBySize(volume) ? 'up to ' : ''}${size(bytes)}`]),
    volume.kind,
    ...(touched === null ? [] : [`last touched ${minute(touched)}`]),
    volume.code,
  ].join(', ');
  return [
    ...hang('', `${printable(volume.volid)} (${facts})`, page.width, undefined, page.style.bold),
    ...row(2, 'state', standingText(volume), page),
    ...proofRows(volume, page),
    ...row(2, 'snapshots', printable(volume.snapshots.join(', ')), page),
    ...(isLeftover(volume) ? row(2, 'first', printable(volume.first), page) : []),
  ];
}

const standingText = ({ standing, cause, because }: VolumeRow | SnapshotRow): string =>
  printable(
    [STANDINGS[standing], ...(cause === null ? [] : [CAUSES[cause]]), ...(because === null ? [] : [because])].join(
      '; ',
    ),
  );

const proofRows = ({ proof }: VolumeRow | SnapshotRow, page: Page): Block =>
  proof.flatMap(({ fact, source }, at) => row(2, at === 0 ? 'proof' : '', printable(`${fact} (${source})`), page));

const snapshotBlocks = ({ snapshots }: LeftoverReport, page: Page): readonly Block[] =>
  snapshots.map((one) => [
    ...hang('', snapshotTitle(one), page.width, undefined, page.style.bold),
    ...row(2, 'state', standingText(one), page),
    ...proofRows(one, page),
    ...(isLeftover(one) ? row(2, 'first', printable(firstOfSnapshot(one)), page) : []),
  ]);

function snapshotTitle({ volid, snapshot, heldBytes, createdAt }: SnapshotRow): string {
  const facts = [
    ...(heldBytes === null ? [] : [size(heldBytes)]),
    ...(createdAt === null ? [] : [`made ${minute(createdAt)}`]),
  ];
  return printable(`snapshot ${snapshot} of ${volid}${facts.length === 0 ? '' : ` (${facts.join(', ')})`}`);
}

const listBlock = (title: string, sentences: readonly string[], page: Page): Block =>
  sentences.length === 0
    ? []
    : [heading(title, page), ...sentences.flatMap((sentence) => bullet(printable(sentence), page))];

/** The same for programs (docs/leftovers.schema.json). */
export const renderLeftoverJson = (report: LeftoverReport): string => jsonText(report);
