/**
 * npm run package-test [-- CHAPTER…]: builds program and package and proves them. Takes root on Debian 12; installs lintian,
 * QEMU's user emulation and the shells from the machine's own sources. The last line is `N passed, N failed`.
 */
import { rmSync } from 'node:fs';
import { type Artifacts, makeArtifacts } from './artifacts.ts';
import { completions } from './completions.ts';
import { debian } from './debian.ts';
import { hostile } from './hostile.ts';
import { lintian } from './lintian.ts';
import { manual } from './manual.ts';
import { processors } from './processors.ts';
import { reproducible } from './reproducible.ts';
import { systemd } from './systemd.ts';
import { type Chapter, run, Tests } from './tests.ts';

const PACKAGES = ['lintian', 'mmdebstrap', 'qemu-user', 'man-db', 'groff', 'zsh', 'fish', 'strace', 'binutils'];

/** Two at a time, one for each processor; what waits for the package to be compressed stands in the second lane. */
const lanes = (artifacts: Artifacts): readonly (readonly Chapter[])[] => [
  [manual, completions, processors, hostile, reproducible].map((chapter) => chapter(artifacts)),
  [systemd, debian, lintian].map((chapter) => chapter(artifacts)),
];

async function installTools(): Promise<void> {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query expands it.
  const known = await run(['dpkg-query', '-W', '-f', '${db:Status-Abbrev}${Package}\n', ...PACKAGES]);
  const missing = PACKAGES.filter((name) => !known.stdout.includes(`ii ${name}\n`));
  if (missing.length === 0) return;
  console.log(`installing ${missing.join(', ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run(['apt-get', 'update', '-qq'], { env });
  const done = await run(['apt-get', 'install', '-y', '-qq', '--no-install-recommends', ...missing], { env });
  if (done.status !== 0) throw new Error(`apt-get install: ${done.stderr}`);
}

async function main(wanted: readonly string[]): Promise<number> {
  if (process.getuid?.() !== 0)
    throw new Error('npm run package-test needs root: it installs packages in roots of its own');
  await installTools();
  const artifacts = makeArtifacts();
  // A failure of these shows where they are awaited.
  for (const waiting of [artifacts.shipped, artifacts.plain, artifacts.older]) waiting.catch(() => undefined);
  let [passed, failed] = [0, 0];
  try {
    const walk = async (lane: readonly Chapter[]): Promise<void> => {
      for (const chapter of lane.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
        console.log(`== ${chapter.name}: ${chapter.about}`);
        const tests = new Tests(chapter.name);
        await tests.whole(() => chapter.run(tests));
        passed += tests.passed;
        failed += tests.failed;
      }
    };
    await Promise.all(lanes(artifacts).map(walk));
    await Promise.allSettled([artifacts.shipped, artifacts.plain, artifacts.older]);
  } finally {
    rmSync(artifacts.scratch, { recursive: true, force: true });
  }
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
