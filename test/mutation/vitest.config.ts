import { defineConfig } from 'vitest/config';

/** The tests that a mutant has to get past: those of the judgement itself, and what the report of every capture says. */
export default defineConfig({
  test: {
    include: [
      'src/{actions,apply,checks,model}/**/*.test.ts',
      'src/cli/clean-session.test.ts',
      'test/goldens/*.test.ts',
    ],
    isolate: false,
  },
});
