import { sample } from 'fast-check';
import { type Chance, hashOf, makeChance } from './chance.ts';
import { keptInputs } from './kept-inputs.ts';
import { mutate, sentence } from './mutate.ts';
import { expectSound } from './sound.ts';
import type { Target } from './target.ts';

export interface Failure {
  readonly input: string;
  readonly because: string;
}

export interface Fuzzed {
  readonly inputs: number;
  readonly ms: number;
  readonly failures: readonly Failure[];
}

/** So many different failures of one target are enough to work on. */
const MOST_FAILURES = 8;

const GRAMMAR_BATCH = 100;
const GRAMMAR_REUSE = 10;

/** More processor time than any text of this length has a right to; asked twice, since the runtime may have tidied up. */
const SLOW_MS = 1500;

/** Of this process, so that it says nothing of what else the machine does. */
const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

interface Judgement {
  readonly because: string | null;
  /** Of the reader alone; the laws may take longer. */
  readonly readMs: number;
}

async function judge({ read, laws, passesOn }: Target, input: string): Promise<Judgement> {
  const start = cpuMs();
  let readMs = 0;
  try {
    const value = await read(input);
    readMs = cpuMs() - start;
    if (passesOn === undefined) expectSound(value, input);
    await laws?.(value, input);
    return { because: null, readMs };
  } catch (error) {
    return { because: error instanceof Error ? `${error.name}: ${error.message}` : `${error}`, readMs };
  }
}

/** Why an input breaks a law, or that reading it takes too long; null where all is well. */
export async function whyWrong(target: Target, input: string): Promise<string | null> {
  const first = await judge(target, input);
  if (first.because !== null || first.readMs < SLOW_MS) return first.because;
  const again = await judge(target, input);
  return again.readMs < SLOW_MS ? null : `slow: ${Math.round(again.readMs)} ms for ${input.length} characters`;
}

/** Inputs without end: damaged real texts, kept ones, texts of the format's words, texts of a grammar. */
function* inputsOf(target: Target, chance: Chance): Generator<string, never> {
  const { words, grammar } = target;
  const corpus: readonly string[] = [...target.texts(), ...keptInputs(target.name).map(({ input }) => input), ''];
  const grown: string[] = [];
  const fromGrammar = (): string => {
    if (grammar === undefined) return sentence(chance, words);
    // Making them costs more than damaging them, so each is used some times.
    if (grown.length === 0 || chance.oneIn(GRAMMAR_REUSE * GRAMMAR_BATCH))
      grown.splice(0, grown.length, ...sample(grammar, { seed: chance.below(2 ** 31), numRuns: GRAMMAR_BATCH }));
    return grown[chance.below(grown.length)] ?? '';
  };
  for (;;) {
    const kind = chance.below(8);
    if (kind === 0) yield sentence(chance, words);
    else if (kind === 1) yield fromGrammar();
    else if (kind <= 3) yield mutate(fromGrammar(), chance, corpus, words);
    else yield mutate(corpus[chance.below(corpus.length)] ?? '', chance, corpus, words);
  }
}

/** The law that is broken, without what is different in every input. */
export const kindOf = (because: string): string => because.replace(/[\d"'].*$/s, '').slice(0, 60);

/** Runs a target on so many inputs. The same seed gives the same inputs. */
export async function fuzz(target: Target, inputs: number, seed: number): Promise<Fuzzed> {
  const chance = makeChance(seed ^ hashOf(target.name));
  const failures = new Map<string, Failure>();
  const start = performance.now();
  let done = 0;
  for (const input of inputsOf(target, chance)) {
    if (done >= inputs || failures.size >= MOST_FAILURES) break;
    done += 1;
    const because = await whyWrong(target, input);
    if (because === null || failures.has(kindOf(because))) continue;
    failures.set(kindOf(because), await smaller(target, { input, because }));
  }
  return { inputs: done, ms: performance.now() - start, failures: [...failures.values()] };
}

/** The same failure with less text around it. */
async function smaller(target: Target, failure: Failure): Promise<Failure> {
  let { input, because } = failure;
  let tries = 400;
  if (because.startsWith('slow')) return failure;
  for (let size = Math.ceil(input.length / 2); size >= 1 && tries > 0; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < input.length && tries > 0; tries -= 1) {
      const without = input.slice(0, at) + input.slice(at + size);
      const still = await whyWrong(target, without);
      if (still !== null && kindOf(still) === kindOf(because)) [input, because] = [without, still];
      else at += size;
    }
  }
  return { input, because };
}
