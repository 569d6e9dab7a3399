import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { liveHttp, type PackedReport } from '../channels/hub.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import { contentOf } from '../model/hub/content-digest.ts';
import { MOST_GZIP_BYTES, MOST_REPORT_BYTES } from '../model/hub/protocol.ts';
import type { Report } from '../model/report/report.ts';
import { liveSending } from '../notify/deliver.ts';
import { type OwnLook, tellHub } from '../notify/hub-round.ts';
import { jsonPieces } from '../render/json.ts';
import { type KnownHub, knownHubs, spoolOf } from '../store/hub-files.ts';
import { spool } from '../store/hub-spool.ts';
import { lockToSend, PATIENCE_MS } from './sending-lock.ts';
import { type Terminal, warn } from './terminal.ts';

type Loaded = Pick<LoadedConfig, 'config'>;

/** Whether this node reports to a hub: then it looks at itself although it may be in no cluster. */
export const isEnrolled = ({ config }: Loaded): boolean => knownHubs(config.history.path).hubs.length > 0;

/** Hands every hub of this node a look, and what waited before it. Nothing is thrown; whether all of it went out is answered. */
export async function pushLook(report: Report, { config }: Loaded, terminal: Terminal): Promise<boolean> {
  const { path } = config.history;
  const { hubs } = knownHubs(path);
  if (hubs.length === 0) return true;
  const packed = pack(report);
  // Kept before anybody is waited for: whoever is killed leaves it to the next run.
  const all = await Promise.all(hubs.map(async (hub) => ({ hub, own: await keepLook(hub, packed) })));
  const { elapsedMs, now, pause } = liveSending();
  const lock = await lockToSend(path, { elapsedMs, pause }, PATIENCE_MS);
  if ('refused' in lock) {
    // It waits on the disk, and the next quarter of an hour hands it over.
    if (lock.isHeld) return await allKept(all, terminal);
    await warn(terminal, `two runs at once may send the same report: ${lock.refused}`);
  }
  try {
    const sending = { send: liveHttp, now, elapsedMs };
    const outcomes = await Promise.all(all.map(({ hub, own }) => tellHub(hub, sending, own)));
    for (const { channel, error, waiting } of outcomes)
      if (error !== '') await warn(terminal, `${channel}: ${error}; ${whatWaits(waiting)}`);
    return outcomes.every(({ error }) => error === '');
  } finally {
    if (!('refused' in lock)) lock.release();
  }
}

interface Told {
  readonly hub: KnownHub;
  readonly own: OwnLook;
}

/** Whether all of it waits on the disk. What does not is gone with this run, since another one holds the lock: that is said. */
export async function allKept(all: readonly Told[], terminal: Terminal): Promise<boolean> {
  for (const { hub, own } of all) {
    const because = own.unkept === null ? own.lost : 'the disk did not keep it, and another run is sending';
    if (because !== '') await warn(terminal, `${hub.channel}: the look of this run is lost: ${because}`);
  }
  return all.every(({ own }) => own.unkept === null && own.lost === '');
}

const whatWaits = (waiting: number): string =>
  waiting === 0 ? 'nothing waits here' : 'reports wait here, and the timer tries again';

type Packed = PackedReport | { readonly tooLarge: string };

async function keepLook(hub: KnownHub, packed: Packed): Promise<OwnLook> {
  if ('tooLarge' in packed) return { unkept: null, lost: packed.tooLarge };
  try {
    await spool(spoolOf(hub.directory), packed);
    return { unkept: null, lost: '' };
  } catch {
    // A full disk is what a hub has to hear of.
    return { unkept: packed, lost: '' };
  }
}

/** Exactly what `check --format json` writes. */
function pack(report: Report): Packed {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for (const piece of jsonPieces(report)) {
    const buffer = Buffer.from(piece);
    bytes += buffer.length;
    if (bytes > MOST_REPORT_BYTES) return { tooLarge: tooLarge(MOST_REPORT_BYTES, '') };
    pieces.push(buffer);
  }
  const body = gzipSync(Buffer.concat(pieces, bytes));
  if (body.length > MOST_GZIP_BYTES) return { tooLarge: tooLarge(MOST_GZIP_BYTES, ' compressed') };
  const contentDigest = createHash('sha256').update(contentOf(report)).digest('hex');
  return { takenAt: report.takenAt, contentDigest, body };
}

/** Without its entries it would say that there are none. */
const tooLarge = (most: number, how: string): string =>
  `the report of this node has more than ${most / 1024 / 1024} MiB${how}, which no hub takes, and a part of it would be another report`;
