import type { IncomingMessage } from 'node:http';
import {
  CONTENT_DIGEST_HEADER,
  type HeartbeatRequest,
  type HubAnswer,
  MOST_GZIP_BYTES,
} from '../../model/hub/protocol.ts';
import { having, text } from '../../model/json-shape.ts';
import type { HubStore, IncomingHeartbeat, IncomingReport, KeepResult } from '../store/hub-store.ts';
import type { IntakeCounters } from './counters.ts';
import { groupCommit } from './group-commit.ts';
import { type KnownNode, type KnownNodes, knownNodes } from './known-nodes.ts';
import { type RateLimit, rateLimit } from './rate-limit.ts';
import { type BodyReader, bodyReader } from './read-body.ts';
import { Refused } from './refusal.ts';
import { reportReader } from './report-reader.ts';
import { type Claim, claimOf, isBodyOf, isSignedBy, type SignedRequest } from './signature-check.ts';
import type { StoreHealth } from './store-health.ts';

/** Everything but reports. */
export const MOST_SMALL_BYTES = 16 * 1024;

/** Reports and heartbeats, by node: of the largest reports eight at once, of one node two. */
const NODE_ROOM = { most: 8 * MOST_GZIP_BYTES, mostOfOne: 2 * MOST_GZIP_BYTES };
/** Forms of people and enrolments, each apart, by address; a proxy may be the address of many. */
const SMALL_ROOM = { most: 512 * MOST_SMALL_BYTES, mostOfOne: 128 * MOST_SMALL_BYTES };

/** A node sends one report in a quarter of an hour; after a day without a hub it has some to hand in. */
const NODE_RATE = { burst: 120, pauseMs: 15_000 };

/** What one node may have written, in kB: 512 MB a day, a quarter of it at once. A problem that comes and goes takes about one. */
const WRITE_RATE = { burst: 128 * 1024, pauseMs: 86_400_000 / (512 * 1024) };

export interface NodeRequest extends SignedRequest {
  /** From the path. */
  readonly nodeId: string;
  readonly incoming: IncomingMessage;
}

export interface IntakeParts {
  readonly store: HubStore;
  readonly now: () => Date;
  readonly health: StoreHealth;
  readonly counters: IntakeCounters;
}

export interface Intake {
  /** For what people send. */
  readonly forms: BodyReader;
  readonly enrolments: BodyReader;
  readonly nodes: KnownNodes;
  readonly report: (
    request: NodeRequest,
    takenAt: string,
  ) => Promise<{ readonly isNew: boolean; readonly answer: HubAnswer }>;
  readonly heartbeat: (request: NodeRequest) => Promise<HubAnswer>;
  /** Resolves when everything that was taken is written, at the end. */
  readonly idle: () => Promise<void>;
  readonly waiting: () => number;
}

/** Takes what nodes send: believes nothing before the signature is checked, and answers nothing before it is written. */
export function openIntake({ store, now, health, counters }: IntakeParts): Intake {
  const reports = groupCommit<IncomingReport, KeepResult>((batch) => health.watch(() => store.keep(batch)));
  const heartbeats = groupCommit((batch: readonly IncomingHeartbeat[]) => health.watch(() => store.heartbeat(batch)));
  const clock = (): number => now().getTime();
  const bodies = bodyReader(NODE_ROOM);
  const reader = reportReader();
  const nodes = knownNodes(store, clock);
  const limit = rateLimit(NODE_RATE, clock);
  const writing = rateLimit(WRITE_RATE, clock);
  const answerFor = (nodeId: string): Promise<HubAnswer> => health.watch(() => answerOf(store, nodeId, now()));
  const settled = (nodeId: string, result: string): void => {
    if (result !== 'revoked' && result !== 'unknown-node') return;
    nodes.forget(nodeId);
    throw result === 'revoked' ? revoked() : unknownNode();
  };
  return {
    ...{ forms: bodyReader(SMALL_ROOM), enrolments: bodyReader(SMALL_ROOM) },
    nodes,
    idle: async () => {
      await Promise.all([reports.idle(), heartbeats.idle()]);
      reader.close();
    },
    waiting: () => reports.waiting() + heartbeats.waiting(),
    report: async (request, path) => {
      const { claim, node } = await callerOf(request, nodes, health, limit);
      const [{ nodeId }, takenAt] = [node, instantOf(path)];
      const contentDigest = checkedDigest(request.header(CONTENT_DIGEST_HEADER));
      return await bodies.withBody(request.incoming, { sender: nodeId, most: MOST_GZIP_BYTES }, async (body) => {
        const began = performance.now();
        mustBeSigned(node, claim, body);
        const read = await reader.read(nodeId, { gzip: body, node: node.node, takenAt });
        if ('wrong' in read) throw new Refused(422, read.wrong);
        mayStillWrite(writing, nodeId, body.length, read.digest.problems.length);
        const receivedAt = now().toISOString();
        const result = await reports.add({ nodeId, takenAt, receivedAt, contentDigest, body, digest: read.digest });
        settled(nodeId, result);
        counters.count(result);
        counters.took(performance.now() - began, body.length);
        return { isNew: result === 'kept', answer: await answerFor(nodeId) };
      });
    },
    heartbeat: async (request) => {
      const { claim, node } = await callerOf(request, nodes, health, limit);
      return await bodies.withBody(request.incoming, { sender: node.nodeId, most: MOST_SMALL_BYTES }, async (body) => {
        mustBeSigned(node, claim, body);
        const said = jsonOf<HeartbeatRequest>(body, having({ takenAt: text, contentDigest: text }));
        const [{ nodeId }, takenAt] = [node, instantOf(said.takenAt)];
        const contentDigest = checkedDigest(said.contentDigest);
        const result = await heartbeats.add({ nodeId, takenAt, receivedAt: now().toISOString(), contentDigest });
        settled(nodeId, result);
        counters.count(result);
        if (result === 'other') throw new Refused(404, 'the hub does not have that report: put it whole');
        return await answerFor(nodeId);
      });
    },
  };
}

const answerOf = async (store: HubStore, nodeId: string, now: Date): Promise<HubAnswer> => ({
  acknowledgements: await store.acknowledgementsFor(nodeId, now.toISOString()),
});

const revoked = (): Refused => new Refused(403, 'this node was revoked in the hub');
const unknownNode = (): Refused => new Refused(401, 'no node of this hub has this id: enrol it');

/** Who calls, by the headers alone: what is wrong here costs no body. */
async function callerOf(
  request: NodeRequest,
  nodes: KnownNodes,
  health: StoreHealth,
  limit: RateLimit,
): Promise<{ readonly claim: Claim; readonly node: KnownNode }> {
  const claim = claimOf(request);
  if (claim === null) throw new Refused(401, 'the request is not signed as docs/hub-protocol.md says');
  if (claim.nodeId !== request.nodeId) throw new Refused(403, 'a node writes only itself: the path names another one');
  const node = await health.watch(() => nodes.find(claim.nodeId));
  if (node === null) throw unknownNode();
  if (!isSignedBy(node.key, claim)) throw new Refused(401, 'the signature is not by the key of this node');
  if (node.revoked) throw revoked();
  const wait = limit.take(node.nodeId);
  if (wait > 0) throw new Refused(429, 'this node sends too often', wait);
  return { claim, node };
}

/** However much a node sends, the disk lasts for the others. */
function mayStillWrite(limit: RateLimit, nodeId: string, bytes: number, problems: number): void {
  const wait = limit.take(nodeId, Math.ceil(bytes / 1024) + problems);
  if (wait > 0) throw new Refused(429, 'this node sends more in a day than the hub keeps of one', wait);
}

function mustBeSigned({ node }: KnownNode, claim: Claim, body: Uint8Array): void {
  if (!isBodyOf(claim, body)) throw new Refused(401, `the body is not the one that ${node} signed`);
}

/** As `Date.prototype.toISOString` writes it, so that texts sort as times do. */
function instantOf(text: string): string {
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/.test(text) ? new Date(text) : null;
  if (time === null || Number.isNaN(time.getTime()))
    throw new Refused(400, 'a time is written as 2026-11-22T06:30:00.000Z');
  return time.toISOString();
}

function checkedDigest(text: string | undefined): string {
  if (text === undefined || !/^[0-9a-f]{64}$/.test(text))
    throw new Refused(400, `${CONTENT_DIGEST_HEADER} is a SHA-256 in hexadecimal`);
  return text;
}

/** A small body of a known form. */
export function jsonOf<T>(body: Uint8Array, form: (value: unknown, at: string) => string | null): T {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw new Refused(400, 'the body is not JSON in UTF-8');
  }
  const complaint = form(value, 'body');
  if (complaint !== null) throw new Refused(422, complaint);
  return value as T;
}
