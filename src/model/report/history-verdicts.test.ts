import { describe, expect, it } from 'vitest';
import { type HistoryState, type Look, updateHistory } from './history-state.ts';
import { busyGuest, hidden, type LeftOut, type NotJudged } from './not-judged.ts';

const at = (hours: number): string => new Date(Date.UTC(2026, 10, 1, hours)).toISOString();
const line = (left: LeftOut, codes: NotJudged['codes'] = ['VOL003']): NotJudged => ({
  ...{ ...left, codes, node: null, lastJudgedAt: null },
});
const problem = (id: string, findings: readonly string[], over: Partial<Look['problems'][number]> = {}) => ({
  ...{ id, kind: 'vmid' as const, severity: 'critical' as const, who: id, what: '', codes: ['VOL003' as const] },
  ...{ findings, vmids: [100], acknowledged: false, ...over },
});
const look = (hours: number, over: Partial<Look> = {}): Look => ({
  ...{ takenAt: at(hours), status: 'healthy', problems: [], notJudged: [], guests: [100], fullness: new Map() },
  ...{ codes: new Set(['VOL003', 'MNT001']), blind: [], ...over },
});
const looks = (...all: readonly Look[]) => {
  let state: HistoryState | null = null;
  return all.map((one) => {
    const update = updateHistory(state, one);
    ({ state } = update);
    return update;
  });
};
const BUSY = line(busyGuest(100, 'its configuration has lock: backup'));
const lastJudged = (update: ReturnType<typeof updateHistory> | undefined): readonly (string | null)[] =>
  (update?.notJudged ?? []).map(({ lastJudgedAt }) => lastJudgedAt);

describe('what is busy', () => {
  it.each([
    ['of the check alone', line(hidden('lvs: no answer'))],
    ['of the guest', line(hidden('guest 100 may refer to it', { vmids: [100] }))],
    [
      'of every check of a device',
      line(hidden('unclear', { subject: { kind: 'device', id: 'x' }, vmids: [100] }), null),
    ],
  ])('has no last verdict where the look before had none, %s', (_, open) => {
    const [, blind] = looks(look(0, { notJudged: [open] }), look(1, { notJudged: [BUSY] }));
    expect(lastJudged(blind)).toEqual([null]);
    const [, , still] = looks(
      look(0, { notJudged: [open] }),
      look(1, { notJudged: [BUSY] }),
      look(2, { notJudged: [BUSY] }),
    );
    expect(lastJudged(still)).toEqual([null]);
  });

  it('has the one of the look before where something else was open', () => {
    const others = [line(hidden('x'), ['MNT001']), line(hidden('x', { vmids: [101] }))];
    const [, update] = looks(look(0, { notJudged: others }), look(1, { notJudged: [BUSY] }));
    expect(lastJudged(update)).toEqual([at(0)]);
  });
});

describe('an acknowledgement', () => {
  const KEY = 'VOL003/volume/100/san:vm-100-disk-0';
  it('ends at its time while nobody can look', () => {
    const known = problem('a', [KEY], { acknowledged: true, acknowledgedUntil: at(1) });
    const updates = looks(
      look(0, { problems: [known] }),
      look(0.5, { notJudged: [BUSY] }),
      look(2, { notJudged: [BUSY] }),
    );
    expect(updates.map(({ unseen }) => unseen.map(({ id }) => id))).toEqual([[], [], ['a']]);
  });

  it('ends with the problem that took in what it was about, and not before', () => {
    const [SHARE, OTHER] = ['MNT001/mount//a', 'MNT001/mount//b'];
    const share = problem('mount:a', [SHARE]);
    const server = problem('server:x', [SHARE, OTHER]);
    const updates = looks(look(0, { problems: [share] }), look(1, { problems: [server] }), look(2));
    expect(updates.map(({ over }) => over)).toEqual([[], [], ['server:x', 'mount:a']]);
    const back = looks(look(0, { problems: [share] }), look(1, { problems: [server] }), look(2, { problems: [share] }));
    expect(back.at(-1)?.over).toEqual([]);
  });
});
