/**
 * npm run lab [-- CASE... --list --keep --record --situation-only --sample --minutes N --whole --verbose]
 *
 * Runs cases of the lab, each in a guest of its own, two guests at a time. The last line is `N passed, N failed`.
 */
import { spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { LabCase } from './node/lab.ts';
import { networkRefused, type OutsideRun, startOutside } from './outside/network.ts';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const CAPTURES = fileURLToPath(new URL('../captures/', import.meta.url));
const SHARED_DISK_MIB = 512;
const GUESTS_AT_ONCE = 2;

/** Seconds; on a busy machine three times what a case takes on a quiet one. */
const LIMIT_OF_A_CASE = 600;

const USAGE = `usage: npm run lab -- [CASE...] [options]
  --list            name the cases and what each is about
  --release N       Debian 11, 12 (as without it) or 13 in the guests; captures are recorded as CASE-debian-N
  --keep            leave the guest of the one case up; see test/lab/README.md for how to enter it
  --record          write captures to test/captures/CASE/capture.json
  --situation-only  build the situations without asking pve-doctor
  --sample          one or more cases of each subject, as CI runs them
  --minutes N       no case begins later than this; those that are left are named
  --whole           cases that try many moments try all of them, and no case is left out, which takes hours;
                    a sample without it
  --verbose         show the commands of cases that passed, too`;

/** The userland of each release; the kernel is the same for all. */
const RELEASES: Readonly<Record<string, string>> = {
  11: 'Debian 11, Linux 6.1, LVM 2.03.11',
  12: 'Debian 12, Linux 6.1, LVM 2.03.16',
  13: 'Debian 13, Linux 6.1, LVM 2.03.31',
};
const USUAL_RELEASE = '12';

interface Options {
  readonly release: string;
  readonly keep: boolean;
  readonly record: boolean;
  readonly situationOnly: boolean;
  readonly whole: boolean;
  readonly verbose: boolean;
  /** No case begins after this time. */
  readonly endMs: number;
}

interface Result {
  readonly name: string;
  readonly differences: readonly string[];
  readonly log: string;
  readonly seconds: number;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      list: { type: 'boolean', default: false },
      release: { type: 'string', default: USUAL_RELEASE },
      keep: { type: 'boolean', default: false },
      record: { type: 'boolean', default: false },
      'situation-only': { type: 'boolean', default: false },
      sample: { type: 'boolean', default: false },
      minutes: { type: 'string', default: 'Infinity' },
      whole: { type: 'boolean', default: false },
      verbose: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return say(USAGE, 0);
  const minutes = Number(values.minutes);
  if (!(minutes >= 0)) return say(`--minutes takes a number: ${values.minutes}\n${USAGE}`, 64);
  if (!(values.release in RELEASES)) return say(`no such release: ${values.release}\n${USAGE}`, 64);
  const known = caseNames();
  const unknown = positionals.filter((name) => !known.includes(name));
  if (unknown.length > 0) return say(`no such case: ${unknown.join(', ')}\nThere are: ${known.join(', ')}`, 64);
  if (values.list) return list(values.sample ? await usual(known, values) : known);
  const wanted = positionals.length > 0 ? positionals : await possible(await usual(known, values));
  const chosen = await ofRelease(wanted, values.release);
  if (values.keep && chosen.length !== 1) return say('--keep needs the name of one case', 64);
  const set = await finished('bash', [`${HERE}setup.sh`, values.release]);
  if (set !== 0) return set;
  const options = { ...values, situationOnly: values['situation-only'], endMs: Date.now() + minutes * 60_000 };
  const results = await runAll(chosen, options);
  const failures = results.filter((result) => result.differences.length > 0).map(({ name }) => name);
  const failed = values.keep ? failures.length : await failedAgain(failures, options);
  return say(`${results.length - failed} passed, ${failed} failed`, failed === 0 ? 0 : 1);
}

/** Cases whose programs are in the guest of another release are left out, and said. */
async function ofRelease(names: readonly string[], release: string): Promise<readonly string[]> {
  const only = await Promise.all(names.map(async (name) => (await loadCase(name)).onlyOn ?? release));
  return names.filter((name, at) => {
    if (only[at] !== release) console.log(`left out  ${name}: its programs are in the guest of Debian ${only[at]}`);
    return only[at] === release;
  });
}

function say(text: string, status: number): number {
  console.log(text);
  return status;
}

const caseNames = (): readonly string[] =>
  readdirSync(`${HERE}cases`)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.replace(/\.ts$/, ''))
    .sort();

async function loadCase(name: string): Promise<LabCase> {
  const { labCase } = (await import(`./cases/${name}.ts`)) as { labCase: LabCase };
  return labCase;
}

async function list(names: readonly string[]): Promise<number> {
  for (const name of names) console.log(`${name}\n    ${(await loadCase(name)).about}`);
  return 0;
}

/** The cases that run when none is named. */
async function usual(
  names: readonly string[],
  { sample, whole }: { readonly sample: boolean; readonly whole: boolean },
): Promise<readonly string[]> {
  if (whole) return names;
  const cases = await Promise.all(names.map(loadCase));
  const isChosen = sample
    ? cases.map(({ inSample }) => inSample === true)
    : cases.map(({ nightly }) => nightly !== true);
  const left = names.filter((_, at) => !isChosen[at]);
  if (sample) console.log(`a sample: ${names.length - left.length} of ${names.length} cases`);
  else if (left.length > 0) console.log(`left out without --whole: ${left.join(', ')}`);
  return names.filter((_, at) => isChosen[at]);
}

/** A case that this machine cannot have is left out, and said, unless it was asked for by name. */
async function possible(names: readonly string[]): Promise<readonly string[]> {
  const why = networkRefused();
  if (why === '') return names;
  const outside = await Promise.all(names.map(async (name) => (await loadCase(name)).outside !== undefined));
  return names.filter((name, at) => {
    if (outside[at]) console.log(`left out  ${name}: no network between this machine and the guests: ${why}`);
    return !outside[at];
  });
}

async function runAll(names: readonly string[], options: Options): Promise<readonly Result[]> {
  const results: Result[] = [];
  const waiting = [...names];
  const worker = async (): Promise<void> => {
    while (waiting.length > 0 && Date.now() < options.endMs) {
      const name = waiting.shift() ?? '';
      const result = await runCase(name, options);
      results.push(result);
      printResult(result, options.verbose);
    }
  };
  await Promise.all(Array.from({ length: GUESTS_AT_ONCE }, worker));
  if (waiting.length > 0) console.log(`left out, no time for them: ${waiting.join(', ')}`);
  return results;
}

/**
 * A kernel that is a process among others can miss a deadline on a busy machine, and this one was seen to abort at its
 * end once: a case that failed has the machine to itself for a second try, and both results are printed.
 */
async function failedAgain(names: readonly string[], options: Options): Promise<number> {
  let failed = 0;
  for (const name of names) {
    console.log(`again, alone: ${name}`);
    const result = await runCase(name, options);
    printResult(result, options.verbose);
    if (result.differences.length > 0) failed += 1;
  }
  return failed;
}

async function runCase(name: string, options: Options): Promise<Result> {
  const began = Date.now();
  const labCase = await loadCase(name);
  const directory = mkdtempSync(`${tmpdir()}/lab-results.`);
  try {
    const guests = labCase.steps !== undefined ? 3 : labCase.otherNode ? 2 : 1;
    const network = labCase.steps === undefined ? null : freePort();
    const outside = labCase.outside === undefined ? null : await startOutside(name, directory);
    const boots = Array.from({ length: guests }, (_, at) =>
      boot(name, directory, options, { at, network, labCase, outside }),
    );
    const statuses = await Promise.all(boots);
    const differences = [
      ...statuses.flatMap((status, index) => outcome(name, directory, `pve${index + 1}`, status)),
      ...(outside === null ? [] : outcome(name, directory, 'outside', await outside.status)),
    ];
    if (options.record && differences.length === 0) keepCaptures(directory, labCase.about, options.release);
    return { name, differences, log: logs(name, directory), seconds: (Date.now() - began) / 1000 };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

interface Guest {
  /** 0 is the node that the case runs on. */
  readonly at: number;
  readonly network: number | null;
  readonly labCase: LabCase;
  readonly outside: OutsideRun | null;
}

/** What no other network of guests has at this time; machines rarely listen up there. */
const freePort = (): number => 40_000 + Math.floor(Math.random() * 20_000);

/** One guest; both guests of a case with two have the same disk. */
function boot(name: string, directory: string, options: Options, guest: Guest): Promise<number> {
  const { at, network, labCase, outside } = guest;
  const disk = `${directory}/shared.img`;
  if (labCase.otherNode && at === 0) {
    writeFileSync(disk, '');
    truncateSync(disk, SHARED_DISK_MIB * 1024 * 1024);
  }
  const runtime = runtimeOfGuests();
  const flags = [
    `--node=${at}`,
    ...(options.record ? ['--record'] : []),
    ...(options.situationOnly ? ['--situation-only'] : []),
    ...(options.whole ? ['--whole'] : []),
  ];
  const command = [
    'exec',
    'env',
    `PVE_DOCTOR_RUNTIME=${runtime}`,
    runtime,
    `${HERE}guest.ts`,
    name,
    directory,
    ...flags,
  ];
  const args = [
    ...[
      '-R',
      options.release,
      '-w',
      directory,
      '-H',
      `pve${at + 1}`,
      '-m',
      '1G',
      '-t',
      `${labCase.limitSeconds ?? LIMIT_OF_A_CASE}`,
    ],
    ...(labCase.otherNode ? ['-d', disk] : []),
    ...(outside !== null ? ['-b', `${at + 1}`] : network === null ? [] : ['-n', `${network}:${at + 1}`]),
    ...(options.keep && at === 0 ? ['-k'] : []),
  ];
  const [program = '', ...words] = [...(outside?.within ?? []), `${HERE}boot`, ...args, '--', command.join(' ')];
  return finished(program, words);
}

/** What runs pve-doctor on a node runs it in the guests as well; it must be in the repository, which they share. */
function runtimeOfGuests(): string {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const candidates = [
    process.env['PVE_DOCTOR_RUNTIME'] ?? '',
    `${root}node_modules/@oven/bun-linux-x64/bin/bun`,
    `${root}node_modules/bun/bin/bun.exe`,
  ];
  const found = candidates.find((path) => path !== '' && existsSync(path));
  if (found === undefined) throw new Error('no runtime in node_modules: run npm ci first');
  return found;
}

function finished(program: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'inherit' });
    child.on('error', reject);
    child.on('close', (status) => resolve(status ?? 125));
  });
}

function outcome(name: string, directory: string, who: string, status: number): readonly string[] {
  const file = `${directory}/${name}.${who}.json`;
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as readonly string[];
  return [`${who} ended without a result (status ${status})`];
}

const logs = (name: string, directory: string): string =>
  readdirSync(directory)
    .filter((file) => file.startsWith(`${name}.`) && file.endsWith('.log'))
    .sort()
    .map((file) => `--- ${file}\n${readFileSync(`${directory}/${file}`, 'utf8')}`)
    .join('');

function keepCaptures(directory: string, about: string, release: string): void {
  if (!existsSync(`${directory}/captures`)) return;
  for (const situation of readdirSync(`${directory}/captures`)) {
    const name = release === USUAL_RELEASE ? situation : `${situation}-debian-${release}`;
    cpSync(`${directory}/captures/${situation}`, `${CAPTURES}${name}`, { recursive: true });
    writeFileSync(`${CAPTURES}${name}/capture.json`, withoutThisPlace(`${CAPTURES}${name}/capture.json`));
    writeFileSync(
      `${CAPTURES}${name}/README.md`,
      `${about}\nRecorded by \`npm run lab -- --record\`: ${RELEASES[release] ?? release}.\n`,
    );
  }
}

/** The repository is mounted in the guests, so the mount tables of captures show where it lies here. */
function withoutThisPlace(path: string): string {
  const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
  return readFileSync(path, 'utf8').replaceAll(root, '/usr/src/pve-doctor');
}

function printResult(result: Result, verbose: boolean): void {
  const failed = result.differences.length > 0;
  console.log(`${failed ? 'failed' : 'passed'}  ${result.name}  ${result.seconds.toFixed(1)} s`);
  if (failed || verbose) console.log(result.log.replace(/^/gm, '    '));
  for (const difference of result.differences) console.log(`  ${difference}`);
}

process.exitCode = await main();
