import { ENROL_ANSWER, type EnrolAnswer, HUB_ANSWER } from '../model/hub/protocol.ts';
import { isRecord } from '../model/json-shape.ts';
import type { Acknowledgement } from '../model/report/acknowledgement.ts';
import { clip } from '../render/message/clip.ts';
import { printable } from '../render/printable.ts';
import { fieldOf, parsedJson, wordOf } from './http-delivery.ts';

/** Of an answer so much is read; what is longer is no answer. */
export const MOST_ANSWER_BYTES = 1024 * 1024;

/** No node has so many problems that somebody knows of. */
const MOST_WORDS = 1000;
const LONGEST_NAME = 100;
const LONGEST_REASON = 1000;
const LONGEST_REFUSAL = 300;

/** As problems are called (`Problem.id`); anything else is about no problem. */
const PROBLEM_ID = /^[\x21-\x7e]{1,500}$/;

/** What the other side said, on one line and not too long; it may repeat what it was sent. */
export const shownLine = (text: string, most: number, secret: string | null = null): string =>
  clip(printable((secret === null ? text : text.replaceAll(secret, '(hidden)')).replace(/\s+/g, ' ').trim()), most);

/**
 * What the hub's people said of this node's problems; null where the text is no answer of a hub. Never more than that: whatever
 * else stands in an answer is not read. Who said it is shown as somebody of the hub.
 */
export function readHubAnswer(body: string): readonly Acknowledgement[] | null {
  const value = parsedJson(body);
  if (HUB_ANSWER(value, 'the answer') !== null) return null;
  const { acknowledgements } = value as { readonly acknowledgements: readonly Acknowledgement[] };
  return acknowledgements
    .filter(({ id }) => PROBLEM_ID.test(id))
    .slice(0, MOST_WORDS)
    .map(({ id, severity, by, reason, at, until }) => ({
      ...{ id, severity, at, until },
      by: `${shownLine(by, LONGEST_NAME)} (hub)`,
      reason: shownLine(reason, LONGEST_REASON),
    }));
}

/** The id that the hub gave; null where the text is none of its answers. It stands in paths and headers. */
export function readEnrolAnswer(body: string): string | null {
  const value = parsedJson(body);
  if (ENROL_ANSWER(value, 'the answer') !== null) return null;
  const { nodeId } = value as EnrolAnswer;
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(nodeId) ? nodeId : null;
}

/** Why it refused, in its own words; empty where it gave none. */
export function readRefusal(body: string, secret: string | null = null): string {
  const value = parsedJson(body);
  return isRecord(value) ? shownLine(wordOf(fieldOf(value, 'error')), LONGEST_REFUSAL, secret) : '';
}
