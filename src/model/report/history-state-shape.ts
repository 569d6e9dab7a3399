import { every, flag, having, lines, number, oneOf, orNull, text } from '../json-shape.ts';

/** What a kept history has to look like before anybody compares with it. */

const presence = oneOf(['seen', 'unseen', 'away', 'gone']);
const status = oneOf(['healthy', 'waiting', 'warning', 'critical', 'unknown']);

export const PROBLEMS = every(
  having({
    id: text,
    kind: text,
    severity: oneOf(['critical', 'warning', 'notice']),
    who: text,
    what: text,
    codes: lines,
    vmids: every(number),
    findings: lines,
    since: text,
    lastSeen: text,
    lastJudged: text,
    presence,
    moves: lines,
    acknowledged: flag,
    acknowledgedUntil: orNull(text),
    formerly: lines,
    percent: orNull(number),
  }),
);

export const HISTORY_STATE = having({
  takenAt: text,
  status,
  problems: PROBLEMS,
  blind: every(having({ presence, moves: lines, name: text })),
  waits: every(having({ name: text, lastJudgedAt: orNull(text) })),
  open: every(having({ codes: orNull(lines), names: lines })),
  guests: every(number),
});
