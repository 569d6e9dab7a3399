/** One thing that a real program has to say of what we make. It throws where the program disagrees. */
export interface Case {
  readonly name: string;
  readonly run: () => void | Promise<void>;
}

export interface Tally {
  readonly passed: number;
  readonly failed: number;
}

/** Runs every case, whatever came of the one before, and says what came of it. */
export async function runCases(cases: readonly Case[], say: (line: string) => void = console.log): Promise<Tally> {
  const tally = { passed: 0, failed: 0 };
  for (const { name, run } of cases) {
    const start = Date.now();
    try {
      await run();
      tally.passed += 1;
      say(`passed  ${name} (${((Date.now() - start) / 1000).toFixed(1)} s)`);
    } catch (error) {
      tally.failed += 1;
      say(`FAILED  ${name}\n${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return tally;
}

/** The last line, and the exit status. */
export function endWith({ passed, failed }: Tally): never {
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed === 0 ? 0 : 1);
}
