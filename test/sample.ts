/** `npm run test:all` tries all of every law's samples; `npm test` a small part, another one on each run where chance chooses. */
export const IS_THOROUGH = process.env['TESTS_TO_RUN'] === 'all';

/** How often a law is tried that deserves `all` trials. */
export const trials = (all: number): number => (IS_THOROUGH ? all : Math.ceil(all / 10));

/** Every so many-th of a list of samples, beginning with the first, or all of them. */
export const someOf = <T>(list: readonly T[], stride: number): readonly T[] =>
  IS_THOROUGH ? list : list.filter((_, at) => at % stride === 0);
