import { readJournalText } from '../host/journal-file.ts';
import type { Actor, Explained, Intent, Journal, JournalRecord, JournalStep, Outcome } from '../model/journal.ts';

/** Every change of this node that pve-doctor made, one JSON record a line. */
export const JOURNAL_PATH = '/var/lib/pve-doctor/journal.jsonl';

export const readJournal = async (path: string = JOURNAL_PATH): Promise<Journal> =>
  parseJournal(await readJournalText(path));

const KINDS: readonly JournalRecord['record'][] = ['run-start', 'intent', 'outcome', 'explained', 'run-end'];

/** Reads what can be read. A line that a crash cut is a problem to report, never part of another record. */
export function parseJournal(text: string): Journal {
  const records: JournalRecord[] = [];
  const problems: string[] = [];
  let highest = 0;
  for (const [index, line] of text.split('\n').entries()) {
    if (line === '') continue;
    highest = Math.max(highest, ...[...line.matchAll(/"id":(\d{1,9})[,}]/g)].map(([, id]) => Number(id)));
    const record = parseRecord(line);
    if (typeof record === 'string') problems.push(`line ${index + 1} of the journal ${record}`);
    else records.push(record);
  }
  const steps = foldSteps(records);
  return {
    records,
    steps,
    open: steps.filter(({ outcome, explained }) => outcome === null && explained === null),
    nextId: highest + 1,
    problems,
  };
}

function parseRecord(line: string): JournalRecord | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return 'is incomplete: the writing was cut off';
  }
  if (typeof value !== 'object' || value === null) return 'is no record';
  const { schemaVersion, record, run, at, id } = value as Record<string, unknown>;
  if (schemaVersion !== 1)
    return `was written in version ${String(schemaVersion)}, which this pve-doctor does not know`;
  const isKnown = KINDS.some((kind) => kind === record) && typeof run === 'string' && typeof at === 'string';
  const needsId = record === 'intent' || record === 'outcome' || record === 'explained';
  if (!isKnown || (needsId && typeof id !== 'number')) return 'is no record of a known kind';
  if (record === 'intent' && !isIntent(value as Record<string, unknown>)) return 'is an intent that lacks its step';
  return value as JournalRecord;
}

/** What reading on depends on; everything else is shown as it stands. */
function isIntent({ step, finding, below, coMappers }: Record<string, unknown>): boolean {
  const { device, undo, argv } = (step ?? {}) as Record<string, unknown>;
  const lists = Array.isArray(below) && Array.isArray(coMappers) && Array.isArray(argv);
  return typeof device === 'object' && typeof undo === 'object' && typeof finding === 'object' && lists;
}

function foldSteps(records: readonly JournalRecord[]): readonly JournalStep[] {
  const actors = new Map<string, Actor>();
  const outcomes = new Map<number, Outcome>();
  const explained = new Map<number, Explained>();
  const intents = new Map<number, Intent>();
  for (const record of records) {
    if (record.record === 'run-start') actors.set(record.run, record.actor);
    if (record.record === 'outcome') outcomes.set(record.id, record);
    if (record.record === 'explained') explained.set(record.id, record);
    if (record.record === 'intent') intents.set(record.id, record);
  }
  const undoneBy = new Map<number, number>();
  for (const { id, undoes } of intents.values()) {
    const state = outcomes.get(id)?.state ?? explained.get(id)?.state;
    if (undoes !== null && state === 'changed') undoneBy.set(undoes, id);
  }
  return [...intents.values()]
    .sort((a, b) => a.id - b.id)
    .map((intent) => ({
      intent,
      actor: actors.get(intent.run) ?? null,
      outcome: outcomes.get(intent.id) ?? null,
      explained: explained.get(intent.id) ?? null,
      undoneBy: undoneBy.get(intent.id) ?? null,
    }));
}
