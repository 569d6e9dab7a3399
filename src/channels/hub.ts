import { createHash, type KeyObject, sign } from 'node:crypto';
import { type HttpAnswer, type HttpLimits, type HttpRequest, sendHttp } from '../host/send-http.ts';
import { systemAuthorities } from '../host/trusted-authorities.ts';
import type { Enrolment } from '../model/hub/enrolment.ts';
import { CONTENT_DIGEST_HEADER, type EnrolRequest, type HeartbeatRequest } from '../model/hub/protocol.ts';
import { signatureBase, signatureInput } from '../model/hub/signature.ts';
import type { Acknowledgement } from '../model/report/acknowledgement.ts';
import { deliveryOf, JSON_HEADERS } from './http-delivery.ts';
import { MOST_ANSWER_BYTES, readEnrolAnswer, readHubAnswer, readRefusal, shownLine } from './hub-answer.ts';

/**
 * The channel that takes every look as a whole report instead of news of it. Nobody describes it: who enrolled has it. What a hub
 * answers is data, and `hub-answer.ts` says what of it is read.
 */
export interface HubLine {
  readonly enrolment: Enrolment;
  readonly key: KeyObject;
  readonly send: SendHttp;
  readonly now: () => Date;
}

export type SendHttp = (request: HttpRequest, limits: HttpLimits) => Promise<HttpAnswer>;

export const liveHttp: SendHttp = sendHttp;

/** What the hub made of a request. Texts are one printable line. */
export type HubReply =
  | { readonly state: 'taken'; readonly acknowledgements: readonly Acknowledgement[] }
  /** Of `seen`: it has another report, or none. */
  | { readonly state: 'unknown' }
  /** It will never take this report; the next one it may. */
  | { readonly state: 'never'; readonly because: string }
  /** Until somebody acts. */
  | { readonly state: 'refused'; readonly because: string }
  /** `mayBeIts`: it failed at this very report, maybe, and not at the next one. */
  | { readonly state: 'later'; readonly because: string; readonly waitMs: number; readonly mayBeIts?: true };

/** For an answer; a body has so much more as a slow line takes, of 100 bytes in a millisecond. */
const DEADLINE_MS = 15_000;
const BYTES_PER_MS = 100;

export interface PackedReport {
  readonly takenAt: string;
  readonly contentDigest: string;
  /** gzip. */
  readonly body: Uint8Array;
}

/** The whole report; any number of times. */
export async function putReport(line: HubLine, { takenAt, contentDigest, body }: PackedReport): Promise<HubReply> {
  const path = `/v1/reports/${line.enrolment.nodeId}/${takenAt}`;
  const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
  return replyOf(await request(line, { method: 'PUT', path, contentDigest, headers, body }), null);
}

/** Nothing but the time is new. */
export async function sendHeartbeat(line: HubLine, seen: HeartbeatRequest): Promise<HubReply> {
  const path = `/v1/heartbeat/${line.enrolment.nodeId}`;
  const headers = { 'content-type': 'application/json' };
  const body = Buffer.from(JSON.stringify(seen));
  return replyOf(await request(line, { method: 'POST', path, contentDigest: null, headers, body }), 404);
}

/** What the digest of nothing would be: no report has it. */
const NO_CONTENT = '0'.repeat(64);

/**
 * Whether the hub answers and knows this node: it is told of the look that it heard of last, or of none, which is asked in vain and
 * signed all the same. Null: it does.
 */
export async function askHub(line: HubLine, last: HeartbeatRequest | null): Promise<string | null> {
  const asked = last ?? { takenAt: line.now().toISOString(), contentDigest: NO_CONTENT };
  const reply = await sendHeartbeat(line, asked);
  return reply.state === 'taken' || reply.state === 'unknown' ? null : reply.because;
}

interface Unsigned {
  readonly method: HttpRequest['method'];
  /** Below the address of the hub: a proxy that cuts the way before it off changes nothing of what is signed. */
  readonly path: string;
  readonly contentDigest: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

function request({ enrolment, key, send, now }: HubLine, asked: Unsigned): Promise<HttpAnswer> {
  const { method, path, contentDigest, headers, body } = asked;
  const bodyDigest = `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
  const created = Math.max(0, Math.floor(now().getTime() / 1000));
  const parts = { method, path, bodyDigest, contentDigest, nodeId: enrolment.nodeId, created };
  const signature = sign(null, Buffer.from(signatureBase(parts)), key).toString('base64');
  return send(
    {
      method,
      url: `${enrolment.url}${path}`,
      headers: {
        ...headers,
        'user-agent': JSON_HEADERS['user-agent'],
        'content-digest': bodyDigest,
        ...(contentDigest === null ? {} : { [CONTENT_DIGEST_HEADER]: contentDigest }),
        'signature-input': `node=${signatureInput(parts)}`,
        signature: `node=:${signature}:`,
      },
      body,
    },
    limitsFor(body, enrolment.authorities),
  );
}

const limitsFor = (body: Uint8Array, authorities: string | null): HttpLimits => ({
  deadlineMs: DEADLINE_MS + Math.ceil(body.length / BYTES_PER_MS),
  mostBytes: MOST_ANSWER_BYTES,
  ...(authorities === null ? {} : { authorities: `${systemAuthorities() ?? ''}\n${authorities}` }),
});

const NOT_A_HUB = 'what answers there is no hub: HTTP';

/** Statuses by which a hub says that this body will never be taken. */
const NEVER = new Set([400, 413, 415, 422]);

function replyOf(answer: HttpAnswer, unknownStatus: number | null): HubReply {
  if (answer.outcome === 'failed') return { state: 'later', because: answer.because, waitMs: 0 };
  const { status, body } = answer;
  if (status === 200 || status === 201) {
    const acknowledgements = readHubAnswer(body);
    // A portal of some network answers everything with 200: nothing was taken by it.
    return acknowledgements === null
      ? { state: 'later', because: `${NOT_A_HUB} ${status} without a hub's answer`, waitMs: 0 }
      : { state: 'taken', acknowledgements };
  }
  const said = readRefusal(body);
  if (status === unknownStatus && said !== '') return { state: 'unknown' };
  const because = said === '' ? `HTTP ${status}` : `HTTP ${status}: ${said}`;
  // Only a hub's own word makes this node throw a report away.
  if (NEVER.has(status) && said !== '') return { state: 'never', because };
  if (status === 401 || status === 403) return { state: 'refused', because: `${because}. ${WHAT_TO_DO}` };
  return unlikeHub(answer, because);
}

const WHAT_TO_DO =
  'Reports wait here. If the hub revoked this node, its operator says why; else enrol again with a new token: `pve-doctor enrol`';

/** Everything that any server may answer. */
function unlikeHub(answer: HttpAnswer, because: string): HubReply {
  const delivery = deliveryOf(answer, (text) => readRefusal(text));
  if (delivery.state === 'sent') return { state: 'later', because: `${NOT_A_HUB} ${delivery.answer}`, waitMs: 0 };
  if (delivery.retry) {
    const isFault = answer.outcome === 'answered' && answer.status === 500;
    const { because: why, waitMs } = delivery;
    return { state: 'later', because: why, waitMs, ...(isFault && { mayBeIts: true }) };
  }
  const isElsewhere = answer.outcome === 'answered' && answer.status < 400;
  return { state: 'refused', because: isElsewhere ? moved(answer.redirectHost, answer.status) : because };
}

function moved(host: string, status: number, secret: string | null = null): string {
  const where = host === '' ? 'elsewhere' : `to ${shownLine(host, LONGEST_HOST, secret)}`;
  return `HTTP ${status}: redirected ${where}, which is not followed; enrol with the final address`;
}

const LONGEST_HOST = 200;

export type EnrolReply =
  | { readonly state: 'enrolled'; readonly nodeId: string }
  | { readonly state: 'refused' | 'later'; readonly because: string };

/** Shows the token, and has this node's key pinned. */
export async function enrolAt(
  url: string,
  asked: EnrolRequest,
  authorities: string | null,
  send: SendHttp,
): Promise<EnrolReply> {
  const body = Buffer.from(JSON.stringify(asked));
  const to = { method: 'POST', url: `${url}/v1/enrol`, headers: JSON_HEADERS, body } as const;
  const answer = await send(to, limitsFor(body, authorities));
  if (answer.outcome === 'failed') return { state: 'later', because: answer.because };
  const { status } = answer;
  if (status === 200 || status === 201) {
    const nodeId = readEnrolAnswer(answer.body);
    return nodeId === null
      ? { state: 'refused', because: `${NOT_A_HUB} ${status} without a hub's answer` }
      : { state: 'enrolled', nodeId };
  }
  const said = readRefusal(answer.body, asked.token);
  const because = said === '' ? `HTTP ${status}` : `HTTP ${status}: ${said}`;
  if (status >= 300 && status < 400)
    return { state: 'refused', because: moved(answer.redirectHost, status, asked.token) };
  return { state: status === 429 || status >= 500 ? 'later' : 'refused', because };
}
