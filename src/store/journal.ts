import { readJournalText } from '../host/journal-file.ts';
import {
  type Actor,
  type Explained,
  type Intent,
  isSettled,
  type Journal,
  type JournalRecord,
  type JournalStep,
  type Outcome,
  type Running,
  stateOfStep,
} from '../model/repair/journal.ts';
import { parseJournalRecord } from './journal-record.ts';

/** Every change of this node that pve-doctor made, one JSON record a line. */
export const JOURNAL_PATH = '/var/lib/pve-doctor/journal.jsonl';

export const readJournal = async (path: string = JOURNAL_PATH): Promise<Journal> =>
  parseJournal(await readJournalText(path));

/** Reads what can be read. A line that a crash cut is a problem to report, never part of another record. */
export function parseJournal(text: string): Journal {
  const records: JournalRecord[] = [];
  const problems: string[] = [];
  let highest = 0;
  for (const [index, line] of text.split('\n').entries()) {
    if (line === '') continue;
    highest = Math.max(highest, highestId(line));
    const record = parseJournalRecord(line);
    if (typeof record === 'string') problems.push(`line ${index + 1} of the journal ${record}`);
    else records.push(record);
  }
  const steps = foldSteps(records);
  return {
    records,
    steps,
    open: steps.filter((step) => !isSettled(stateOfStep(step))),
    nextId: highest + 1,
    problems,
  };
}

/** Of a line that cannot be read too: its number must not be given to another step. Counting on from here has to work. */
function highestId(line: string): number {
  let highest = 0;
  for (const [, digits] of line.matchAll(/"id"\s*:\s*(\d{1,15})(?=[\s,}])/g))
    highest = Math.max(highest, Number(digits));
  return highest;
}

function foldSteps(records: readonly JournalRecord[]): readonly JournalStep[] {
  const actors = new Map<string, Actor>();
  const outcomes = new Map<number, Outcome>();
  const explained = new Map<number, Explained>();
  const running = new Map<number, Running>();
  const intents = new Map<number, Intent>();
  for (const record of records) {
    if (record.record === 'run-start') actors.set(record.run, record.actor);
    if (record.record === 'outcome') outcomes.set(record.id, record);
    if (record.record === 'running') running.set(record.id, record);
    if (record.record === 'explained') explained.set(record.id, record);
    if (record.record === 'intent') intents.set(record.id, record);
  }
  const steps = [...intents.values()]
    .sort((a, b) => a.id - b.id)
    .map((intent) => ({
      intent,
      actor: actors.get(intent.run) ?? null,
      outcome: outcomes.get(intent.id) ?? null,
      explained: explained.get(intent.id) ?? null,
      running: running.get(intent.id) ?? null,
    }));
  const undoneBy = new Map<number, number>();
  for (const step of steps) {
    const { id, undoes } = step.intent;
    if (undoes !== null && stateOfStep(step) === 'changed') undoneBy.set(undoes, id);
  }
  return steps.map((step) => ({ ...step, undoneBy: undoneBy.get(step.intent.id) ?? null }));
}
