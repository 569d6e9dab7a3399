import fc from 'fast-check';
import { UNPRINTABLE } from '../../../src/model/unprintable.ts';
import { styles } from '../../../src/render/colour.ts';
import { renderHistory, renderInterrupted } from '../../../src/render/history.ts';
import { planUndo } from '../../../src/repair/plan-undo.ts';
import { findInterrupted } from '../../../src/repair/step-verdict.ts';
import { parseJournal } from '../../../src/store/journal.ts';
import { memoryNode, snapshotOf } from '../../apply/memory-node.ts';
import { INTENT, RECORDS } from '../../store/journal-records.ts';
import { expectSame, expectTrue } from '../sound.ts';
import { JSON_WORDS, type Target, target } from '../target.ts';

const PAGE = { width: 80, style: styles(false), verbose: true };
const SNAPSHOT = snapshotOf(memoryNode());

const line = (record: unknown): string => `${JSON.stringify(record)}\n`;

const strange = fc.constantFrom<unknown>(
  null,
  0,
  -1,
  1.5,
  '',
  'x',
  true,
  [],
  {},
  { toString: 1 },
  [null],
  1e9,
  12_345_678_901,
);

/** A record in which some value, however deep, is another one or is not there. */
const damagedRecord = fc
  .tuple(fc.constantFrom(...RECORDS), fc.nat(40), strange, fc.boolean())
  .map(([record, at, value, drop]) => {
    let seen = 0;
    return JSON.stringify(record, function change(_key, inner: unknown) {
      seen += 1;
      return seen === at + 2 ? (drop ? undefined : value) : inner;
    });
  });

const journal = target({
  name: 'journal',
  share: 1,
  texts: () => [RECORDS.map(line).join(''), ...RECORDS.map(line), line(INTENT) + line({ ...INTENT, id: 5, undoes: 4 })],
  words: [
    ...['\n', ...JSON_WORDS, '1e400', '{"toString":1}', '"id":4,', '"id": 7', '"undoes":4', '"schemaVersion":1'],
    ...['"record":"intent"', '"record":"outcome"', '"state":"changed"', '"by":"x"', '"kind":"x"', '"__proto__":{'],
    ...RECORDS.map((record) => line(record)),
  ],
  grammar: fc.array(damagedRecord, { maxLength: 5 }).map((lines) => lines.map((text) => `${text}\n`).join('')),
  read: parseJournal,
  laws: (parsed, text) => {
    for (const { id } of parsed.records.filter((each) => each.record !== 'run-start' && each.record !== 'run-end'))
      expectTrue(
        Number.isSafeInteger(id) && id < parsed.nextId,
        `the next step would be ${parsed.nextId}, after ${id}`,
      );
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    const before = parseJournal(whole);
    expectSame(parsed.records.slice(0, before.records.length), before.records, 'a cut line changes others');
    const shown = [
      ...renderHistory(parsed, PAGE),
      ...parsed.open.flatMap((step) => renderInterrupted(step, 'x', PAGE)),
    ];
    for (const text of shown) expectTrue(text.search(UNPRINTABLE) === -1, `not printable: ${JSON.stringify(text)}`);
    for (const entry of parsed.steps) planUndo(entry, SNAPSHOT);
    findInterrupted(parsed, SNAPSHOT.sections.deviceMapper.reading, { running: new Map(), bootId: 'b' });
  },
  passesOn: true,
});

export const JOURNAL: readonly Target[] = [journal];
