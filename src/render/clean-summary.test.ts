import { describe, expect, it } from 'vitest';
import type { CleanedItem } from '../model/repair/cleaning-plan.ts';
import { renderCleanSummary } from './clean-summary.ts';
import { styles } from './colour.ts';

const PAGE = { width: 200, style: styles(false), verbose: false };
const ITEM: CleanedItem = {
  ...{ deviceName: 'san-a', kind: 'deactivate-volume', state: 'unchanged', reason: 'refused', id: 3, seen: 'why' },
};
const summary = (...over: readonly Partial<CleanedItem>[]) =>
  renderCleanSummary(
    over.map((each) => ({ ...ITEM, ...each })),
    'finished',
    'r',
    PAGE,
  ).map((line) => line.trim());

describe('the summary', () => {
  it('says that nothing was changed only where that is known of every step', () => {
    const reasons = ['refused', 'already', 'failed', 'interrupted'] as const;
    expect(summary(...reasons.map((reason) => ({ reason })))).toContain('Nothing was changed.');
    for (const state of ['different', 'unknown', 'running'] as const) {
      const lines = summary({}, { state, reason: null });
      expect(lines).toContain('What came of 1 step is open.');
      expect(lines.join()).not.toContain('Nothing was changed');
    }
  });

  it('counts what is gone although the journal could not be written', () => {
    const lines = summary({ state: 'changed', reason: null, isRecorded: false, seen: 'it is gone; no room' });
    expect(lines).toContain('Deactivated 1.');
    expect(lines).toContain('- san-a: deactivated, step 3; it is gone; no room');
  });

  it('says one reason of hundreds once, and not hundreds of reasons', () => {
    const hundreds = (seen: (at: number) => string) =>
      summary(...Array.from({ length: 505 }, (_, at) => ({ deviceName: `san-${at}`, id: null, seen: seen(at) })));
    expect(hundreds(() => 'answered no')).toEqual([
      ...['SUMMARY', 'Nothing was changed.', 'Skipped 505'],
      expect.stringMatching(/^- san-0, .*, san-19, and 485 more: answered no$/),
    ]);
    const lines = hundreds((at) => `reason ${at}`);
    expect(lines).toHaveLength(24);
    expect(lines.at(-1)).toBe('- 485 other entries, for other reasons');
  });

  it('has a place for each state', () => {
    const states = ['changed', 'different', 'unknown', 'running'] as const;
    const lines = summary(...states.map((state) => ({ state, reason: null })), {}, { reason: 'failed' });
    expect(lines.filter((line) => !line.startsWith('-'))).toEqual([
      'SUMMARY',
      'Deactivated 1. What came of 3 steps is open.',
      'Skipped 1',
      'Failed 1',
      'Neither as before nor as intended 1',
      'Not known 1',
      'Still running 1',
      'Take all of it back with `pve-doctor undo --run r`, one with `pve-doctor undo ID`.',
    ]);
  });
});
