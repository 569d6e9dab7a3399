import type { LeftoverReport, SnapshotRow, VolumeRow } from '../model/volumes/leftover-report.ts';
import { firstOfSnapshot, touchedAt } from '../model/volumes/leftover-report.ts';
import { printable } from './printable.ts';

const HEAD = [
  ...['storage', 'volid', 'snapshot', 'vmid', 'owner_node', 'kind', 'code', 'standing', 'cause'],
  ...['size_bytes', 'held_bytes', 'touched_at', 'first', 'proof', 'last_task'],
];

/** One line for each volume and snapshot (RFC 4180); places that were not looked at are on standard error. */
export function renderLeftoverCsv({ volumes, snapshots }: LeftoverReport): string {
  return [HEAD, ...volumes.map(volumeCells), ...snapshots.map(snapshotCells)]
    .map((cells) => `${cells.map(cellOf).join(',')}\r\n`)
    .join('');
}

type Cell = string | number | null;

const proofOf = ({ proof }: VolumeRow | SnapshotRow): string =>
  proof.map(({ fact, source }) => `${fact} (${source})`).join('; ');

const taskOf = ({ lastTask }: VolumeRow | SnapshotRow): Cell =>
  lastTask && `${lastTask.type} of ${lastTask.user}, ended ${lastTask.endedAt}: ${lastTask.status}`;

const volumeCells = (row: VolumeRow): readonly Cell[] => [
  ...[row.storage, row.volid, null, row.vmid, row.ownerNode, row.kind, row.code, row.standing, row.cause],
  ...[row.sizeBytes, row.heldBytes, touchedAt(row)],
  ...[row.first, proofOf(row), taskOf(row)],
];

const snapshotCells = (row: SnapshotRow): readonly Cell[] => [
  ...[row.storage, row.volid, row.snapshot, row.vmid, null, 'snapshot', 'VOL002', row.standing, row.cause],
  ...[null, row.heldBytes, touchedAt(row), firstOfSnapshot(row), proofOf(row), taskOf(row)],
];

/** A spreadsheet takes `=…`, `+…`, `-…` and `@…` for a formula, and names are chosen by whoever made a file. */
function cellOf(value: Cell): string {
  if (typeof value === 'number') return String(value);
  const text = printable(value ?? '');
  const harmless = /^[=+\-@]/.test(text) ? `'${text}` : text;
  return /[",]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
