import type { Capture } from '../model/capture.ts';
import {
  every,
  flag,
  isRecord,
  lines,
  map,
  number,
  oneOf,
  type Rule,
  rule,
  shape,
  text,
  whole,
} from '../model/json-shape.ts';

const PROBLEM_KINDS = ['timed-out', 'denied', 'failed', 'killed', 'truncated', 'malformed', 'vanished'];
const OUTCOMES = ['exited', 'killed', 'timed-out', 'not-found', 'denied', 'failed'];

const octal = rule(
  (value) => typeof value === 'string' && /^[0-7]{1,7}$/.test(value),
  'an octal mode such as "100640"',
);
/** Without a pattern of repeated groups, which runs out of stack in a text of some hundred megabytes. */
const isBase64 = (text: unknown): boolean =>
  typeof text === 'string' && text.length % 4 === 0 && !/[^A-Za-z0-9+/]/.test(text.replace(/={1,2}$/, ''));
const base64 = rule(
  (value) => isRecord(value) && isBase64(value['base64']),
  'text, an array of lines, {"base64": …} or {"unreadable": …}',
);
const openDevice = rule(
  (value) =>
    Array.isArray(value) &&
    value.length === 2 &&
    Number.isFinite(value[0]) &&
    typeof value[1] === 'string' &&
    /^\d+:\d+$/.test(value[1]),
  '[pid, "major:minor"]',
);
const openFile = rule(
  (value) =>
    Array.isArray(value) &&
    value.length === 3 &&
    Number.isFinite(value[0]) &&
    Number.isFinite(value[1]) &&
    typeof value[2] === 'string',
  '[pid, inode, "path"]',
);

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

const time = rule((value) => typeof value === 'string' && !Number.isNaN(Date.parse(value)), 'an ISO 8601 time');

const FORMAT = 'pve-doctor-capture';
const VERSION = 1;
const NO_CAPTURE = 'is not a pve-doctor capture';

const SECTIONS = {
  format: oneOf([FORMAT]),
  version: rule((value) => value === VERSION, `${VERSION}`),
  takenAt: time,
  'note?': text,
  'commands?': map(runs),
  'files?': map(orFailure(content)),
  'sizes?': map(whole),
  'directories?': map(orFailure(lines)),
  'links?': map(orFailure(text)),
  'stats?': map(orFailure(shape({ mode: octal, 'inode?': number, 'device?': text, 'modifiedMs?': number }))),
  'openBlockDevices?': orFailure(every(openDevice)),
  'openFiles?': orFailure(every(openFile)),
  'rootCapacity?': orFailure(shape({ totalBytes: number, availableBytes: number })),
  'probes?': map(probe),
  'beneath?': map(orFailure(beneath)),
  'servers?': map(shape({ answers, detail: text })),
  'ceph?': map(run),
  'nodes?': map(shape({ askedAt: time, answeredAt: time, run })),
};
const captured = shape({ capture: shape(SECTIONS) });
const notCaptured = shape({ notCaptured: text });
const member: Rule = (value, at) =>
  (isRecord(value) && Object.hasOwn(value, 'notCaptured') ? notCaptured : captured)(value, at);
const capture = shape({ ...SECTIONS, 'captures?': map(member) });

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
