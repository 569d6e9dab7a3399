import { describe, expect, it } from 'vitest';
import { takenStep } from '../../test/apply/plan-on.ts';
import { orphan } from '../../test/apply/steps-on.ts';
import type { Journal, JournalStep, Outcome, StateNow } from '../model/repair/journal.ts';
import { parseJournal } from '../store/journal.ts';
import { styles } from './colour.ts';
import { renderHistory, renderInterrupted, renderJournalDamage } from './history.ts';

const PAGE = { width: 200, style: styles(false), verbose: false };
const HEAD = { schemaVersion: 1, run: 'r', at: '2026-11-20T02:00:00.000Z', id: 1 } as const;

const outcome = (state: StateNow, reason: Outcome['reason'] = null): Outcome => ({
  ...{ ...HEAD, record: 'outcome', argv: ['lvchange'], outcome: 'exited', exitCode: 0, stderr: '', state, reason },
  ...{ seen: 'seen then', device: null },
});

const step = (over: Partial<JournalStep>) => takenStep(orphan(), { explained: null, ...over });
const found = (state: StateNow) => {
  const { explained } = takenStep(orphan());
  return explained === null ? null : { ...explained, state, reason: null, seen: 'seen later' };
};
const shown = (entry: JournalStep): readonly string[] => {
  const journal: Journal = { records: [], steps: [entry], open: [], nextId: 2, problems: [] };
  return renderHistory(journal, PAGE).map((line) => line.trim().replace(/ {2,}/g, ' '));
};

describe('a step in the history', () => {
  it('is in one state in every line that is about it', () => {
    const later = shown(step({ explained: found('changed') }));
    expect(later[0]).toMatch(/ san-vm--500--disk--0, deactivated$/);
    expect(later).toContain('Result found later: changed as intended');
    expect(later).toContain('Undo pve-doctor undo 1');
    const settled = shown(step({ outcome: outcome('unchanged', 'failed'), explained: found('different') }));
    expect(settled.slice(-3)).toEqual([
      'Result nothing was changed (failed); exit status 0',
      'Seen seen then',
      'Undo nothing to take back',
    ]);
  });

  it.each(['different', 'unknown'] as const)('that is %s is no step that changed nothing', (state) => {
    const lines = shown(step({ outcome: outcome(state) })).join('\n');
    expect(lines).not.toMatch(/nothing was changed|nothing to take back/);
    expect(lines).toContain('Undo not before its end is known');
  });

  it('does not offer what cannot be put back', () => {
    const entry = step({ outcome: outcome('changed') });
    const { step: done } = entry.intent;
    const odd = { ...done, undo: { by: 'create-device' }, device: { ...done.device, name: 'a b', uuid: '' } } as const;
    expect(shown({ ...entry, intent: { ...entry.intent, step: odd } }).at(-1)).toMatch(/^Undo not possible: "a b" /);
  });

  it('that is open is named with why', () => {
    const lead = (entry: JournalStep) => renderInterrupted(entry, 'x', PAGE).join(' ');
    expect(lead(step({}))).toMatch(/^! Step 1 of \S+ \S+ UTC was interrupted: `lvchange/);
    expect(lead(step({ outcome: outcome('different') }))).toMatch(
      /is open, the node is neither as before nor as intended: /,
    );
  });
});

describe('a journal that cannot be read whole', () => {
  it('is told to those who go on beside it, with what may stand there', () => {
    const [line] = renderJournalDamage(parseJournal('{"record":"intent","id":7\n\u001b[31mred\n'), PAGE);
    expect(line).toContain('line 1 of the journal is incomplete: the writing was cut off (and 1 more)');
    expect(line).toContain('A step that was interrupted may stand there');
    expect(line).not.toContain('\u001b');
  });

  it('is no journal without a change', () => {
    expect(renderJournalDamage(parseJournal(''), PAGE)).toEqual([]);
    expect(renderHistory(parseJournal(''), PAGE)[0]).toContain('Nothing was ever changed');
    expect(renderHistory(parseJournal('garbage\n'), PAGE)[0]).toContain('No step can be read');
  });
});
