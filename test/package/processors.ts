import { deepEqual, equal } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type Artifacts, CAPTURE, GOLDEN } from './artifacts.ts';
import { baseRoot, RELEASES } from './roots.ts';
import { type Chapter, run } from './tests.ts';

const SIGILL = 132;

/** The oldest that works (2008). It has SSE4.2 and POPCNT, and neither AVX nor AVX2. */
const OLDEST = 'Nehalem';

/** What the preinst script of the package is there for. */
const DO_NOT = ['qemu64', 'kvm64', 'Penryn'];

const check = async (emulator: readonly string[], program: string): Promise<void> => {
  const done = await run([...emulator, program, 'check', '--from', CAPTURE, '--format', 'json']);
  const golden = JSON.parse(readFileSync(GOLDEN, 'utf8')) as { exitCode: number; findings: unknown };
  equal(done.status, golden.exitCode, done.stderr);
  const report = JSON.parse(done.stdout) as { findings: unknown };
  deepEqual(report.findings, golden.findings);
};

/** Processors that are not this one, by QEMU's user emulation. */
export const processors = ({ program, arm64Program }: Artifacts): Chapter => ({
  name: 'processors',
  about: 'the program on other processors',
  async run(tests) {
    await tests.test(`works on ${OLDEST}, which has no AVX2`, () => check(['qemu-x86_64', '-cpu', OLDEST], program));
    for (const cpu of DO_NOT)
      await tests.test(
        `ends with an illegal instruction on ${cpu}, which is why the package is refused there`,
        async () => {
          equal((await run(['qemu-x86_64', '-cpu', cpu, program, '--version'])).status, SIGILL);
        },
      );
    if (arm64Program === null) {
      tests.leaveOut('arm64', 'npm has no Bun for it here');
      return;
    }
    const bookworm = RELEASES.find(({ name }) => name === 'bookworm');
    const libraries = bookworm === undefined ? { because: 'no release' } : await baseRoot(bookworm, 'arm64');
    if ('because' in libraries) tests.leaveOut('arm64', libraries.because);
    else
      await tests.test('works on a Cortex-A53', () =>
        check(['qemu-aarch64', '-cpu', 'cortex-a53', '-L', libraries.path], arm64Program),
      );
  },
});
