import type { Damaged } from './damaged.ts';
import { type Allowance, EXEMPTIONS, type Exemption } from './exemptions.ts';
import { type Answer, answerTo, type Effect, effectOf } from './law.ts';

export const HARMS = ['accuses', 'removes', 'resolves', 'clears'] as const;

/** What became of one damaged capture. */
export interface Verdict {
  readonly effect: Effect | null;
  /** What the law forbids and no exemption allows, each as a sentence. */
  readonly complaints: readonly string[];
  /** Exemptions that it needed. */
  readonly used: readonly Exemption[];
}

/**
 * The law of damage: no crash; no accusation, nothing to remove, nothing resolved that the whole node does not have; an
 * answer that changed says that something was not seen; and what is not seen has its exit status and grade.
 */
export async function judge(damaged: Damaged, whole: Answer): Promise<Verdict> {
  try {
    return verdictOn(damaged, effectOf(whole, await answerTo(damaged.capture)));
  } catch (error) {
    const crash = error instanceof Error ? error.message : 'something that is no error';
    return { effect: null, complaints: [`${damaged.what}: crashes with ${crash}`], used: [] };
  }
}

function verdictOn(damaged: Damaged, effect: Effect): Verdict {
  const used = new Set<Exemption>();
  const isAllowed = (allowance: Allowance, item: string): boolean => {
    const exemption = EXEMPTIONS.find((candidate) => applies(candidate, damaged, allowance, item));
    if (exemption) used.add(exemption);
    return exemption !== undefined;
  };
  const forbidden = HARMS.flatMap((allowance) =>
    effect[allowance].flatMap((item) => (isAllowed(allowance, item) ? [] : [`${allowance} ${item}`])),
  );
  const isSilent = effect.answer === 'silent' && !isAllowed('silent', '');
  const complaints = [
    ...forbidden,
    ...(isSilent ? ['changes the answer without a word'] : []),
    ...effect.owes.map((debt) => `owes ${debt}`),
  ];
  return { effect, complaints: complaints.map((complaint) => `${damaged.what}: ${complaint}`), used: [...used] };
}

const applies = (
  exemption: Exemption,
  { source, damage, what }: Damaged,
  allowance: Allowance,
  item: string,
): boolean =>
  exemption.source.test(source) &&
  exemption.damage.includes(damage) &&
  (exemption.how?.test(what) ?? true) &&
  exemption.allows.includes(allowance) &&
  (item === '' || (exemption.items?.test(item) ?? true));
