import type { Capture } from '../model/capture.ts';
import { quoted } from './complete-lines.ts';

const PROBLEM_KINDS = ['timed-out', 'denied', 'failed', 'killed', 'truncated', 'malformed', 'vanished'];
const OUTCOMES = ['exited', 'killed', 'timed-out', 'not-found', 'denied', 'failed'];

type Complaint = string | null;
type Rule = (value: unknown, at: string) => Complaint;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const rule =
  (accepts: (value: unknown) => boolean, wanted: string): Rule =>
  (value, at) =>
    accepts(value) ? null : `${at}: expected ${wanted}`;

const text = rule((value) => typeof value === 'string', 'a string');
const number = rule((value) => typeof value === 'number' && Number.isFinite(value), 'a number');
const flag = rule((value) => typeof value === 'boolean', 'true or false');
const lines = rule(
  (value) => Array.isArray(value) && value.every((line) => typeof line === 'string'),
  'an array of strings',
);
const octal = rule(
  (value) => typeof value === 'string' && /^[0-7]{1,7}$/.test(value),
  'an octal mode such as "100640"',
);
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const base64 = rule(
  (value) => isRecord(value) && typeof value['base64'] === 'string' && BASE64.test(value['base64']),
  'text, an array of lines, {"base64": …} or {"unreadable": …}',
);
const oneOf = (words: readonly string[]): Rule =>
  rule((value) => typeof value === 'string' && words.includes(value), `one of ${words.join(', ')}`);
const openDevice = rule(
  (value) =>
    Array.isArray(value) && value.length === 2 && typeof value[0] === 'number' && /^\d+:\d+$/.test(String(value[1])),
  '[pid, "major:minor"]',
);

const every =
  (item: Rule): Rule =>
  (value, at) =>
    Array.isArray(value)
      ? first(value.map((entry, index) => () => item(entry, `${at}[${index}]`)))
      : `${at}: expected an array`;

const map =
  (item: Rule): Rule =>
  (value, at) =>
    isRecord(value)
      ? first(
          Object.entries(value).map(
            ([key, entry]) =>
              () =>
                item(entry, `${at}[${quoted(key)}]`),
          ),
        )
      : `${at}: expected an object`;

/** An object of known keys; the ones marked with `?` may be left out. */
const shape =
  (rules: Readonly<Record<string, Rule>>): Rule =>
  (value, at) => {
    if (!isRecord(value)) return `${at}: expected an object`;
    const unknownKey = Object.keys(value).find((key) => !Object.hasOwn(rules, key) && !Object.hasOwn(rules, `${key}?`));
    if (unknownKey !== undefined) return `${at}: unknown key ${quoted(unknownKey)}`;
    return first(
      Object.entries(rules).map(([name, check]) => () => {
        const key = name.replace(/\?$/, '');
        if (value[key] === undefined) return name.endsWith('?') ? null : `${at}: ${JSON.stringify(key)} is missing`;
        return check(value[key], `${at}.${key}`);
      }),
    );
  };

const first = (checks: readonly (() => Complaint)[]): Complaint => {
  for (const check of checks) {
    const complaint = check();
    if (complaint !== null) return complaint;
  }
  return null;
};

const failure = shape({ unreadable: oneOf(PROBLEM_KINDS), 'detail?': text });
const orFailure =
  (rule: Rule): Rule =>
  (value, at) =>
    isRecord(value) && Object.hasOwn(value, 'unreadable') ? failure(value, at) : rule(value, at);

const content: Rule = (value, at) =>
  typeof value === 'string' ? null : Array.isArray(value) ? lines(value, at) : base64(value, at);

const run = shape({
  'argv?': lines,
  'outcome?': oneOf(OUTCOMES),
  'exitCode?': number,
  'stdout?': content,
  'stderr?': content,
  'truncated?': flag,
  'durationMs?': number,
});
const runs: Rule = (value, at) => (Array.isArray(value) ? every(run)(value, at) : run(value, at));

const probe = shape({
  'outcome?': oneOf(['exited', 'killed', 'timed-out', 'not-started']),
  'exitCode?': number,
  'stdout?': content,
  'stderr?': content,
  'durationMs?': number,
  'leftBehind?': shape({ pid: number, since: text }),
});
const beneath = shape({ files: number, bytes: number, newestPath: text, newestAt: text, complete: flag });
const answers = rule((value) => value === null || typeof value === 'boolean', 'true, false or null');

const FORMAT = 'pve-doctor-capture';
const VERSION = 1;
const NO_CAPTURE = 'is not a pve-doctor capture';

const capture = shape({
  format: oneOf([FORMAT]),
  version: rule((value) => value === VERSION, `${VERSION}`),
  takenAt: rule((value) => typeof value === 'string' && !Number.isNaN(Date.parse(value)), 'an ISO 8601 time'),
  'note?': text,
  'commands?': map(runs),
  'files?': map(orFailure(content)),
  'directories?': map(orFailure(lines)),
  'links?': map(orFailure(text)),
  'stats?': map(orFailure(shape({ mode: octal, 'inode?': number, 'device?': text, 'modifiedMs?': number }))),
  'openBlockDevices?': orFailure(every(openDevice)),
  'rootCapacity?': orFailure(shape({ totalBytes: number, availableBytes: number })),
  'probes?': map(probe),
  'beneath?': map(orFailure(beneath)),
  'servers?': map(shape({ answers, detail: text })),
});

/** A capture, or what it is instead: what follows the file's name in a sentence, with its place. Never throws. */
export function parseCapture(json: string): { readonly capture: Capture } | { readonly complaint: string } {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    // Without the engine's reason, which quotes the text: this may be any file that root was made to read.
    return { complaint: `${NO_CAPTURE}: it is not JSON` };
  }
  // Before its fields, which another version may have others of.
  if (isRecord(value) && value['format'] === FORMAT && Number.isSafeInteger(value['version'])) {
    const { version } = value;
    if (version !== VERSION)
      return { complaint: `is a capture of version ${version}, and this pve-doctor reads version ${VERSION} only` };
  }
  const complaint = capture(value, 'capture');
  // Every field was checked just above.
  return complaint === null ? { capture: value as Capture } : { complaint: `${NO_CAPTURE}: ${complaint}` };
}
