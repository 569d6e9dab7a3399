/**
 * npm run package-test [-- CHAPTER…]: builds program and package and proves them. Takes root on Debian 12; installs lintian,
 * QEMU's user emulation and the shells from the machine's own sources. The last line is `N passed, N failed`.
 */
import { rmSync } from 'node:fs';
import { ansible } from './ansible.ts';
import { aptRepository } from './apt.ts';
import { makeArtifacts } from './artifacts.ts';
import { completions } from './completions.ts';
import { debian } from './debian.ts';
import { hostile } from './hostile.ts';
import { hub } from './hub.ts';
import { hubService } from './hub-service.ts';
import { lintian } from './lintian.ts';
import { manual } from './manual.ts';
import { manyNodes } from './many-nodes.ts';
import { processors } from './processors.ts';
import { release } from './release.ts';
import { reproducible } from './reproducible.ts';
import { systemd } from './systemd.ts';
import { run, Tests } from './tests.ts';

const PACKAGES = [
  'lintian',
  'mmdebstrap',
  'qemu-user',
  'man-db',
  'groff',
  'zsh',
  'fish',
  'strace',
  'binutils',
  'ansible-lint',
  'yamllint',
];

/** In the order in which they begin: first what takes longest, last what waits for the package to be compressed. */
const CHAPTERS = [
  systemd,
  hubService,
  manual,
  completions,
  processors,
  hostile,
  reproducible,
  release,
  hub,
  aptRepository,
  ansible,
  manyNodes,
  debian,
  lintian,
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
  const artifacts = await makeArtifacts();
  const waiting = CHAPTERS.map((chapter) => chapter(artifacts)).filter(
    ({ name }) => wanted.length === 0 || wanted.includes(name),
  );
  // It is compressed while others run; a failure shows where it is awaited.
  if (waiting.some(({ name }) => ['debian', 'lintian'].includes(name))) artifacts.shipped().catch(() => undefined);
  let [passed, failed] = [0, 0];
  try {
    const work = async (): Promise<void> => {
      for (let chapter = waiting.shift(); chapter !== undefined; chapter = waiting.shift()) {
        const { name, about, run: prove } = chapter;
        console.log(`== ${name}: ${about}`);
        const tests = new Tests(name);
        await tests.whole(() => prove(tests));
        passed += tests.passed;
        failed += tests.failed;
      }
    };
    // One for each processor that CI has.
    await Promise.all([work(), work()]);
  } finally {
    rmSync(artifacts.scratch, { recursive: true, force: true });
  }
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
