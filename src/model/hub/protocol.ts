/**
 * What a node and a hub say to each other; docs/hub-protocol.md is its manual. Nodes dial, the hub answers: no answer ever holds
 * anything that a node would run. Every request but enrolment is signed by the node's own key (`signature.ts`).
 *
 * - `POST /v1/enrol`: `EnrolRequest`, with a one-time token; 201 and `EnrolAnswer`.
 * - `PUT /v1/reports/{nodeId}/{takenAt}`: the report that `check --format json` writes, gzip; 201 kept, 200 it was there already,
 *   both with `HubAnswer`. The same report may be put any number of times. The header `Pve-Doctor-Content-Digest` names what it says, so
 *   that a heartbeat can refer to it.
 * - `POST /v1/heartbeat/{nodeId}`: `HeartbeatRequest`; 200 with `HubAnswer`, 404 where the hub does not have that report: put it whole.
 *
 * 400 and 413, 422: this body will never be taken, so it is not sent again. 401: the signature is wrong. 403: the node was
 * revoked. 429 and 503 with `Retry-After`: not now. Every refusal has `HubRefusal` as its body.
 */
import { having, type Rule, text } from '../json-shape.ts';
import { type Acknowledgement, TOLD_ACKNOWLEDGEMENTS } from '../report/acknowledgement.ts';

/** Of a report in JSON, as it is sent and after it is unpacked. A node of 10 000 entries has 12 MB. */
export const MOST_GZIP_BYTES = 8 * 1024 * 1024;
export const MOST_REPORT_BYTES = 64 * 1024 * 1024;

/** What a node calls itself. The hub knows it by the id that it gave out, and by the key that it pinned then: never by its address. */
export interface NodeIdentity {
  /** Name of the cluster; the node's own name where it is in none. */
  readonly cluster: string;
  readonly node: string;
  /** /etc/machine-id: 32 lower case hexadecimal digits. */
  readonly machineId: string;
}

export interface EnrolRequest extends NodeIdentity {
  readonly token: string;
  /** Ed25519, SPKI in DER, base64 (RFC 8410). */
  readonly publicKey: string;
  readonly toolVersion: string;
}

export interface EnrolAnswer {
  /** A UUID. Of a node that enrols again with the same key it stays the same. */
  readonly nodeId: string;
}

/** Nothing has changed since a report that the hub has: only the time is new. */
export interface HeartbeatRequest {
  /** When the node was looked at: ISO 8601, UTC, by its own clock. */
  readonly takenAt: string;
  readonly contentDigest: string;
}

/**
 * SHA-256, in lower case hexadecimal, of `contentOf` a report: the node's own word for what the report says. The hub only compares
 * it, so that versions may differ in what they count.
 */
export const CONTENT_DIGEST_HEADER = 'pve-doctor-content-digest';

/** Data only. */
export interface HubAnswer {
  /** What people said in the hub of this node's problems: all that holds now, so what is missing was taken back. */
  readonly acknowledgements: readonly Acknowledgement[];
}

export interface HubRefusal {
  readonly error: string;
}

export const ENROL_ANSWER: Rule = having({ nodeId: text });
export const HUB_ANSWER: Rule = having({ acknowledgements: TOLD_ACKNOWLEDGEMENTS });
