import {
  every,
  flag,
  having,
  isRecord,
  lines,
  number,
  oneOf,
  orNull,
  type Rule,
  rule,
  text,
  whole,
} from '../model/json-shape.ts';
import type { JournalRecord, StateNow, UnchangedReason } from '../model/repair/journal.ts';
import type { Condition, StepKind, Undo } from '../model/repair/plan.ts';

/**
 * What each record has to look like before it is believed: `undo` runs commands by it, and `history` shows it. Keys that are
 * not known are passed over, so that a later version may add some.
 */

const words = <T extends string>(list: Readonly<Record<T, true>>): Rule => oneOf(Object.keys(list));

/** So that there is always a next one. */
const HIGHEST_ID = 999_999_999_999_999;

const id = rule(
  (value) => Number.isSafeInteger(value) && Number(value) >= 1 && Number(value) <= HIGHEST_ID,
  'a number of a step',
);

const target = having({ start: whole, length: whole, type: text, args: lines });
const identity = {
  name: text,
  uuid: text,
  readOnly: flag,
  table: every(target),
};
const device = having({ ...identity, major: whole, minor: whole });

/** The rule of the member that a key names. */
const byName =
  (key: string, rules: Readonly<Record<string, Rule>>): Rule =>
  (value, at) => {
    const name = isRecord(value) ? value[key] : undefined;
    const found = typeof name === 'string' && Object.hasOwn(rules, name) ? rules[name] : undefined;
    return found === undefined ? `${at}.${key}: expected one of ${Object.keys(rules).join(', ')}` : found(value, at);
  };

const named = having({ name: text, uuid: text });
const CONDITIONS: Readonly<Record<Condition['is'], Rule>> = {
  'device-present': having({ device }),
  'device-back': having({ device: having(identity) }),
  'device-named': named,
  'device-gone': named,
  'volume-in-metadata': having({ vgName: text, lvName: text, dmUuid: text }),
  'volume-not-in-metadata': having({ dmUuid: text }),
};
const condition = byName('is', CONDITIONS);

const UNDOS: Readonly<Record<Undo['by'], Rule>> = {
  'activate-volume': having({ vgName: text, lvName: text }),
  'create-device': having({}),
  'deactivate-volume': having({}),
  'remove-device': having({ as: oneOf(['remove-device', 'remove-partition-map']) }),
};

const stepKind = words<StepKind>({
  'remove-device': true,
  'deactivate-volume': true,
  'remove-partition-map': true,
  'activate-volume': true,
  'create-device': true,
});

const step = having({
  kind: stepKind,
  device,
  argv: lines,
  guests: every(whole),
  locks: lines,
  before: every(condition),
  after: every(condition),
  undo: byName('by', UNDOS),
});

const finding = having({ code: text, subject: having({ kind: text, id: text }), title: text, vmid: orNull(whole) });
const disk = having({ sizeSectors: text, wwid: text, serial: text, partUuid: text, diskSeq: text, bootId: text });
const underlying = having({
  devNo: text,
  kernelName: text,
  dmName: text,
  dmUuid: text,
  vgName: text,
  'disk?': orNull(disk),
});
const coMapper = having({ kind: text, name: text, uuid: text });
const volume = having({ vgName: text, lvName: text, lvUuid: text, vgUuid: text });

const actor = having({
  uid: number,
  user: text,
  sudoUser: orNull(text),
  sudoUid: orNull(number),
  loginUid: orNull(number),
});

const state = words<StateNow>({ changed: true, unchanged: true, different: true, unknown: true });
const reason = words<UnchangedReason>({ refused: true, already: true, failed: true, interrupted: true });

const KINDS: Readonly<Record<JournalRecord['record'], Rule>> = {
  'run-start': having({ command: lines, actor }),
  intent: having({
    id,
    undoes: orNull(id),
    finding,
    step,
    volume: orNull(volume),
    below: every(underlying),
    coMappers: every(coMapper),
    'bootId?': text,
  }),
  running: having({
    id,
    bootId: text,
    processes: every(having({ pid: whole, startTicks: number, commandLine: text })),
  }),
  outcome: having({
    id,
    argv: lines,
    outcome: text,
    exitCode: orNull(number),
    state,
    'reason?': orNull(reason),
    seen: text,
    device: orNull(device),
  }),
  explained: having({ id, actor, state, 'reason?': orNull(reason), seen: text }),
  'run-end': having({ ended: text }),
};

const head = having({
  run: text,
  at: text,
  record: words(Object.fromEntries(Object.keys(KINDS).map((kind) => [kind, true]))),
});
const record = byName('record', KINDS);

/** One line of the journal, or what is wrong with it, to be said behind its number. */
export function parseJournalRecord(line: string): JournalRecord | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return 'is incomplete: the writing was cut off';
  }
  if (!isRecord(value)) return 'is no record';
  const { schemaVersion } = value;
  if (schemaVersion !== 1)
    return typeof schemaVersion === 'number'
      ? `was written in version ${schemaVersion}, which this pve-doctor does not know`
      : 'is no record';
  const complaint = head(value, 'it') ?? record(value, 'it');
  // Every field that is read was checked just above.
  return complaint === null ? (value as unknown as JournalRecord) : `is not as pve-doctor writes it (${complaint})`;
}
