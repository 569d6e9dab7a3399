import { describe, expect, it } from 'vitest';
import { readCapture, situations } from '../capture-files.ts';
import { DAMAGES } from './damage/damaged.ts';
import { answerTo, effectOf } from './damage/law.ts';
import { sampledDamage } from './damage/sample.ts';
import { judge } from './damage/verdict.ts';

const sample = sampledDamage();

describe('damage to what was read', () => {
  it.each(situations)('accuses, removes and resolves nothing, and is said, in %s', async (situation) => {
    const whole = await answerTo(readCapture(situation));
    const complaints: string[] = [];
    for (const damaged of sample.get(situation) ?? []) complaints.push(...(await judge(damaged, whole)).complaints);
    expect(complaints).toEqual([]);
  });

  it('is of every kind', () => {
    const tried = new Set([...sample.values()].flat().map(({ damage }) => damage));
    expect(DAMAGES.filter((damage) => !tried.has(damage))).toEqual([]);
  });
});

describe('the law of damage', () => {
  const healthy = readCapture('healthy-mixed-node');
  const gone = readCapture('orphan-guest-gone');

  it('sees what is accused, offered, planned and resolved', async () => {
    const [whole, now] = [await answerTo(healthy), await answerTo(gone)];
    expect(effectOf(whole, now)).toMatchObject({
      accuses: expect.arrayContaining([expect.stringMatching(/^DM010 /)]),
      removes: expect.arrayContaining([expect.stringMatching(/^DM010 /), expect.stringMatching(/ lvchange -aln /)]),
      answer: 'silent',
    });
    expect(effectOf(now, whole).resolves).toContainEqual(expect.stringMatching(/^DM010 /));
    expect(effectOf(whole, whole)).toMatchObject({ accuses: [], removes: [], resolves: [], owes: [], answer: 'equal' });
  });

  it('complains of a crash, and of an answer that changes without a word', async () => {
    const whole = await answerTo(healthy);
    const damaged = { source: 'file /x', damage: 'half', what: 'file /x: half' } as const;
    const crashing = { ...damaged, capture: { ...healthy, takenAt: 'never' } };
    expect((await judge(crashing, whole)).complaints).toEqual([expect.stringContaining('crashes with')]);
    const { complaints } = await judge({ ...damaged, capture: gone }, whole);
    expect(complaints).toContainEqual(expect.stringContaining('accuses DM010'));
    expect(complaints).toContain('file /x: half: changes the answer without a word');
  });
});
