import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/!(lab|bench)/**/*.test.ts'],
    testTimeout: 20_000,
    reporters: process.env.CI ? ['default'] : ['dot'],
  },
});
