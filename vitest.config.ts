import { configDefaults, defineConfig } from 'vitest/config';

/** `npm run test:all`: also what starts the program or checks this machine (`*.system.test.ts`), and all samples of the laws (test/sample.ts). */
const everything = process.env['TESTS_TO_RUN'] === 'all';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/*.test.ts', 'test/!(lab|bench|browser|package)/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...(everything ? [] : ['**/*.system.test.ts'])],
    // Also the only limit of what must not take for ever: no test says how long something takes.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: [process.stdout.isTTY ? 'dot' : 'minimal'],
    // The tests share nothing but what they import, so a worker loads the program once: 68 s instead of 91 s.
    isolate: false,
    maxWorkers: 2,
    // Both runtimes read TypeScript themselves: sent through Vite the suite took 56 s of processor for 42.
    experimental: { viteModuleRunner: false, nodeLoader: false },
  },
});
