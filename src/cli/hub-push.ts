import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { liveHttp } from '../channels/hub.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import { messageOf } from '../model/faults.ts';
import { essenceOf } from '../model/hub/essence.ts';
import { MOST_GZIP_BYTES, MOST_REPORT_BYTES } from '../model/hub/protocol.ts';
import type { Report } from '../model/report/report.ts';
import { liveSending } from '../notify/deliver.ts';
import { type HubOutcome, tellHub, withLost } from '../notify/hub-round.ts';
import { jsonPieces } from '../render/json.ts';
import { hubState, type KnownHub, keepHubState, knownHubs, spoolOf } from '../store/hub-files.ts';
import { SPOOL_LIMITS, spool } from '../store/hub-spool.ts';
import { lockToSend, PATIENCE_MS } from './sending-lock.ts';
import { type Terminal, warn } from './terminal.ts';

type Loaded = Pick<LoadedConfig, 'config'>;

/** Whether this node reports to a hub: then it looks at itself although it may be in no cluster. */
export const isEnrolled = ({ config }: Loaded): boolean => knownHubs(config.history.path).hubs.length > 0;

/** Hands every hub of this node a look, and what waited before it. Nothing is thrown, and whether all of it went out is answered. */
export async function pushLook(report: Report, { config }: Loaded, terminal: Terminal): Promise<boolean> {
  const { path } = config.history;
  const { hubs } = knownHubs(path);
  if (hubs.length === 0) return true;
  const body = packed(report);
  const essence = createHash('sha256').update(essenceOf(report)).digest('hex');
  for (const hub of hubs) {
    try {
      if ('tooLarge' in body) await noteLost(hub, 1, body.tooLarge);
      else {
        const now = Date.now();
        const dropped = await spool(spoolOf(hub.directory), { takenAt: report.takenAt, essence, body: body.gzip }, now);
        if (dropped > 0) await noteLost(hub, dropped, FULL);
      }
    } catch (error) {
      await warn(terminal, `${hub.channel} does not get this report: ${messageOf(error)}`);
    }
  }
  return await pushWaiting(path, PATIENCE_MS, terminal);
}

const FULL = `a node keeps ${SPOOL_LIMITS.count} reports or ${SPOOL_LIMITS.bytes / 1024 / 1024} MiB for a hub that takes nothing, and the oldest went`;

const noteLost = (hub: KnownHub, count: number, because: string): Promise<void> =>
  keepHubState(hub.directory, withLost(hubState(hub.directory), count, new Date(), because));

/** Exactly what `check --format json` writes. */
function packed(report: Report): { readonly gzip: Uint8Array } | { readonly tooLarge: string } {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for (const piece of jsonPieces(report)) {
    const buffer = Buffer.from(piece);
    bytes += buffer.length;
    if (bytes > MOST_REPORT_BYTES) return { tooLarge: tooLarge(MOST_REPORT_BYTES, '') };
    pieces.push(buffer);
  }
  const gzip = gzipSync(Buffer.concat(pieces, bytes));
  return gzip.length > MOST_GZIP_BYTES ? { tooLarge: tooLarge(MOST_GZIP_BYTES, ' compressed') } : { gzip };
}

/** Without its entries it would say that there are none. */
const tooLarge = (most: number, how: string): string =>
  `the report of this node has more than ${most / 1024 / 1024} MiB${how}, which no hub takes, and a part of it would be another report`;

/** Hands every hub what waits for it, where nobody else is sending. */
export async function pushWaiting(path: string, patienceMs: number, terminal: Terminal): Promise<boolean> {
  const { hubs } = knownHubs(path);
  if (hubs.length === 0) return true;
  const { elapsedMs, now, pause } = liveSending();
  const lock = await lockToSend(path, { elapsedMs, pause }, patienceMs);
  if ('refused' in lock) {
    // It waits on the disk, and the next quarter of an hour hands it over.
    if (lock.isHeld) return true;
    await warn(terminal, `two runs at once may send the same report: ${lock.refused}`);
  }
  try {
    const sending = { send: liveHttp, now, elapsedMs };
    const outcomes = await Promise.all(hubs.map((hub) => tellSafely(hub, sending)));
    for (const { channel, error } of outcomes)
      if (error !== '') await warn(terminal, `${channel}: ${error}; reports wait here, and the timer tries again`);
    // What another run has put there meanwhile is for that run.
    return outcomes.every(({ error }) => error === '');
  } finally {
    if (!('refused' in lock)) lock.release();
  }
}

/** A disk that takes nothing keeps no other hub from its report. */
const tellSafely = (hub: KnownHub, sending: Parameters<typeof tellHub>[1]): Promise<HubOutcome> =>
  tellHub(hub, sending).catch((error: unknown) => ({
    ...{ channel: hub.channel, taken: 0, waiting: 1 },
    error: messageOf(error),
  }));
