// `describe`, `it` and `expect` for tests that run many times in one process: Vitest starts a worker for every run, which
// takes longer than the tests. Only what the tests of the judgement use; anything else fails when they are loaded.
import {
  ASYMMETRIC_MATCHERS_OBJECT,
  chai,
  GLOBAL_EXPECT,
  JestAsymmetricMatchers,
  JestChaiExpect,
  JestExtend,
} from '@vitest/expect';

for (const part of [JestExtend, JestChaiExpect, JestAsymmetricMatchers]) chai.use(part);

export const expect = Object.assign(
  (value, message) => chai.expect(value, message),
  chai.expect,
  globalThis[ASYMMETRIC_MATCHERS_OBJECT],
);
globalThis[GLOBAL_EXPECT] = expect;

/** Every test that was loaded, with the titles around it. */
export const tests = [];
let titles = [];

export function describe(title, body) {
  const around = titles;
  titles = [...around, title];
  body();
  titles = around;
}

export function it(title, ...rest) {
  const run = rest.find((part) => typeof part === 'function');
  // One that measures time takes seconds, and says nothing of the judgement.
  if (!String(run).includes('performance.now')) tests.push({ name: [...titles, title].join(' > '), run });
}

const words = (title, row) => {
  const left = [...row];
  return title.replaceAll(/%[sdij]/g, () => String(left.shift()));
};

const each =
  (declare) =>
  (cases) =>
  (title, ...rest) => {
    for (const one of cases) {
      const row = Array.isArray(one) ? one : [one];
      declare(words(title, row), ...rest.map((part) => (typeof part === 'function' ? () => part(...row) : part)));
    }
  };

describe.each = each(describe);
it.each = each(it);

/** The tests run again and again until the process ends. */
export const afterAll = (tidy) => process.on('exit', tidy);
