import type { Facts } from '../model/check.ts';
import { factsFrom, type SectionReadings } from '../model/derived.ts';
import { whyNot } from '../model/reading.ts';
import type { Gate, GateName } from '../model/repair/plan.ts';
import type { SectionName } from '../model/snapshot.ts';

type Verdict = Pick<Gate, 'holds' | 'fact'>;

export const yes = (fact: string): Verdict => ({ holds: true, fact });
export const no = (fact: string): Verdict => ({ holds: false, fact });

/** A gate with the sections that it declares: while one of them is not known, it does not hold. */
export const defineGate =
  <const N extends SectionName, C>(
    name: GateName,
    source: string,
    needs: readonly N[],
    judge: (about: C, facts: Facts<N>, sections: SectionReadings) => Verdict,
  ) =>
  (about: C, sections: SectionReadings): Gate => {
    const facts = factsFrom(sections, needs);
    const { holds, fact } = facts.state === 'known' ? judge(about, facts.value, sections) : no(whyNot(facts));
    return { name, holds, fact, source };
  };

export const firstFailed = (gates: readonly Gate[]): Gate | undefined => gates.find(({ holds }) => !holds);
