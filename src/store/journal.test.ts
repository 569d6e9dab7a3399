import { describe, expect, it } from 'vitest';
import { parseJournal } from './journal.ts';

const start = { schemaVersion: 1, run: 'r', at: 't', record: 'run-start', actor: { uid: 0 } };
const intent = {
  ...{
    schemaVersion: 1,
    run: 'r',
    at: 't',
    record: 'intent',
    id: 4,
    undoes: null,
    finding: {},
    below: [],
    coMappers: [],
  },
  step: { device: {}, undo: {}, argv: [] },
};
const lines = (...records: readonly unknown[]) => records.map((record) => `${JSON.stringify(record)}\n`).join('');

describe('parseJournal', () => {
  it('finds intents without an outcome', () => {
    const journal = parseJournal(lines(start, intent));
    expect(journal.open).toHaveLength(1);
    expect(journal.nextId).toBe(5);
  });

  it('reports a half-written line and reads on behind it', () => {
    const text = `${lines(start)}${JSON.stringify(intent).slice(0, 80)}\n${lines(start)}`;
    const journal = parseJournal(text);
    expect(journal.problems).toEqual(['line 2 of the journal is incomplete: the writing was cut off']);
    expect(journal.records).toHaveLength(2);
    expect(journal.nextId).toBe(5);
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
