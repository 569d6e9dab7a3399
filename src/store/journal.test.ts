import { describe, expect, it } from 'vitest';
import { INTENT, RECORDS } from '../../test/store/journal-records.ts';
import { parseJournal } from './journal.ts';

const [start, intent] = [RECORDS[0], INTENT];
const lines = (...records: readonly unknown[]) => records.map((record) => `${JSON.stringify(record)}\n`).join('');

describe('parseJournal', () => {
  it('finds intents without an outcome', () => {
    const journal = parseJournal(lines(start, intent));
    expect(journal.open).toHaveLength(1);
    expect(journal.nextId).toBe(5);
  });

  it('keeps a step open while its end is not known, whoever looked', () => {
    const unknown = { ...RECORDS.at(-2), state: 'unknown' };
    expect(parseJournal(lines(start, intent, unknown, unknown)).open).toHaveLength(1);
    expect(parseJournal(lines(start, intent, { ...RECORDS[2], state: 'unknown' })).open).toHaveLength(1);
    expect(parseJournal(lines(start, intent, unknown, RECORDS.at(-2)))).toMatchObject({ open: [], problems: [] });
  });

  it('reports a half-written line and reads on behind it', () => {
    const text = `${lines(start)}${JSON.stringify(intent).slice(0, -80)}\n${lines(start)}`;
    const journal = parseJournal(text);
    expect(journal.problems).toEqual(['line 2 of the journal is incomplete: the writing was cut off']);
    expect(journal.records).toHaveLength(2);
    expect(journal.nextId).toBe(5);
  });

  it('reads every record that it writes', () => {
    const journal = parseJournal(lines(...RECORDS));
    expect(journal).toMatchObject({ problems: [], records: RECORDS, open: [] });
  });

  it('does not believe an intent of which a part is another one than it writes', () => {
    for (const strange of [
      { step: { ...INTENT.step, kind: 'format-disk' } },
      { step: { ...INTENT.step, argv: ['dmsetup', 5] } },
      { step: { ...INTENT.step, undo: { by: 'toString' } } },
      { step: { ...INTENT.step, device: { ...INTENT.step.device, uuid: ['LVM-x'] } } },
      { undoes: {} },
    ])
      expect(parseJournal(lines({ ...INTENT, ...strange }))).toMatchObject({
        steps: [],
        problems: [expect.anything()],
      });
  });

  it('never gives a number again, however it is written', () => {
    for (const text of ['"id":7', '"id": 7', '"id" :7 ']) expect(parseJournal(`{${text}}\n`).nextId).toBe(8);
    expect(parseJournal(`${lines({ ...INTENT, id: 12_345_678_901 })}`)).toMatchObject({ nextId: 12_345_678_902 });
    expect(parseJournal(lines({ ...INTENT, id: 1e300 }))).toMatchObject({ nextId: 1, steps: [] });
  });

  it('reads a line of very many numbers', () => {
    expect(parseJournal('"id":3,'.repeat(500_000)).nextId).toBe(4);
  });

  it('does not take a version for words', () => {
    const journal = parseJournal('{"schemaVersion":{"toString":1}}\n');
    expect(journal.problems).toEqual(['line 1 of the journal is no record']);
  });

  it('does not read records of a version that it does not know', () => {
    expect(parseJournal(lines({ ...intent, schemaVersion: 2 }))).toMatchObject({ steps: [], nextId: 5 });
  });

  it('never throws, whatever the text', () => {
    for (const text of [
      '',
      '\n\n',
      'null\n',
      '[]\n',
      '{"schemaVersion":1}\n',
      '\0\0\0',
      '{"schemaVersion":1,"record":"intent","run":"","at":"","id":1}\n',
    ])
      expect(parseJournal(text).steps).toEqual([]);
  });
});
