import { deepEqual, doesNotMatch, equal, match } from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { VERSION } from '../../src/model/version.ts';
import { ROOT } from '../repo/repository.ts';
import { type Artifacts, CAPTURE, GOLDEN } from './artifacts.ts';
import { type Chapter, run, type Tests } from './tests.ts';

/** The program as it is shipped, where people and machines are not kind to it. */
export const hostile = (artifacts: Artifacts): Chapter => ({
  name: 'program',
  about: 'the compiled program does what the source does, wherever it is started',
  async run(tests) {
    await tests.test('passes the tests of the command line', async () => {
      const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
      const argv = [process.execPath, '--bun', vitest, 'run', 'test/cli', '--reporter=dot'];
      const env = { ...process.env, PROGRAM_UNDER_TEST: artifacts.program, TESTS_TO_RUN: 'all', NO_COLOR: '1' };
      const done = await run(argv, { cwd: ROOT, env });
      equal(done.status, 0, done.stdout + done.stderr);
      match(done.stdout, /Tests +\d+ passed/);
    });
    await inHostileFolders(tests, artifacts);
    await inPoorProcesses(tests, artifacts);
  },
});

async function inHostileFolders(tests: Tests, { program, scratch }: Artifacts): Promise<void> {
  const folder = join(scratch, 'hostile');
  mkdirSync(join(folder, 'node_modules', 'commander'), { recursive: true });
  const evil = "console.log('EVIL'); process.exit(9);";
  for (const name of ['evil.ts', 'index.js', 'node_modules/commander/index.js'])
    writeFileSync(join(folder, name), evil);
  writeFileSync(join(folder, 'bunfig.toml'), 'preload = ["./evil.ts"]\n[run]\npreload = ["./evil.ts"]\n');
  writeFileSync(join(folder, '.env'), `PVE_DOCTOR_EXAMPLE=/nonexistent\nBUN_OPTIONS=--preload=${folder}/evil.ts\n`);
  writeFileSync(join(folder, 'tsconfig.json'), '{"compilerOptions":{"paths":{"*":["./evil.ts"]}}}');
  writeFileSync(join(folder, 'package.json'), '{"imports":{"#x":"./evil.ts"},"main":"evil.ts"}');
  await tests.test(
    'neither obeys bunfig.toml nor reads .env, tsconfig.json, package.json of its directory',
    async () => {
      for (const argv of [['--version'], ['explain', 'DM001'], ['check', '--from', CAPTURE, '--format', 'json']]) {
        const there = await run([program, ...argv], { cwd: folder });
        deepEqual(there, await run([program, ...argv], { cwd: '/' }));
        doesNotMatch(there.stdout, /EVIL/);
      }
    },
  );
  // Documented in README.Debian and the manual; the day this fails, they say too much.
  await tests.test('is a bare runtime with BUN_BE_BUN, which nothing in it can prevent', async () => {
    const done = await run([program, '--version'], { env: { BUN_BE_BUN: '1' } });
    match(done.stdout, /^\d+\.\d+\.\d+\n$/);
    equal(done.stdout === `${VERSION}\n`, false);
  });
  await tests.test('gives up in one line in a directory that is gone', async () => {
    const gone = join(folder, 'gone');
    const script = 'mkdir "$2" && cd "$2" && rmdir "$2" && exec "$1" --version';
    const done = await run(['sh', '-c', script, 'sh', program, gone]);
    equal(done.status, 1);
    match(done.stderr, /working directory was deleted/);
  });
}

async function inPoorProcesses(tests: Tests, { program }: Artifacts): Promise<void> {
  const golden = JSON.parse(readFileSync(GOLDEN, 'utf8')) as {
    readonly exitCode: number;
    readonly findings: unknown;
  };
  await tests.test('needs no environment at all', async () => {
    const done = await run([program, 'check', '--from', CAPTURE, '--format', 'json'], { env: {} });
    equal(done.status, golden.exitCode, done.stderr);
    deepEqual((JSON.parse(done.stdout) as typeof golden).findings, golden.findings);
  });
  await tests.test('keeps its verdict where standard output is closed', async () => {
    const script = '"$1" check --from "$2" >&- 2>&-';
    equal((await run(['sh', '-c', script, 'sh', program, CAPTURE])).status, golden.exitCode);
  });
  await tests.test('opens no socket and writes no file to check a capture', async () => {
    const strace = ['strace', '-f', '-qq', '-e', 'trace=socket,openat,creat,mkdir,unlink,rename', program];
    const done = await run([...strace, 'check', '--from', CAPTURE]);
    equal(done.status, golden.exitCode, done.stderr);
    const calls = done.stderr
      .split('\n')
      .filter((line) => /\b(?:socket|creat|mkdir|unlink|rename)\(|O_WRONLY|O_RDWR|O_CREAT/.test(line));
    deepEqual(
      calls.filter((line) => !/"\/dev\/(?:null|tty)"|\/proc\/self/.test(line)),
      [],
    );
  });
  await tests.test('needs nothing newer than glibc 2.28, and no library but its own', async () => {
    const readelf = await run(['readelf', '--dyn-syms', '--dynamic', '--wide', program]);
    const versions = [...readelf.stdout.matchAll(/@GLIBC_(\d+)\.(\d+)/g)].map(
      ([, major, minor]) => Number(major) * 100 + Number(minor),
    );
    equal(Math.max(...versions) <= 228, true, `GLIBC up to ${Math.max(...versions)}`);
    const libraries = [...readelf.stdout.matchAll(/\(NEEDED\).*\[(.+)\]/g)].map(([, name = '']) => name).toSorted();
    deepEqual(
      libraries,
      ['ld-linux-x86-64.so.2', 'libc.so.6', 'libdl.so.2', 'libm.so.6', 'libpthread.so.0'].filter((name) =>
        libraries.includes(name),
      ),
    );
  });
}
