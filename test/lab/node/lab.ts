import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CHECKS } from '../../../src/checks/index.ts';
import type { ClusterReport } from '../../../src/model/report/cluster-report.ts';
import type { Report } from '../../../src/model/report/report.ts';
import type { Outside } from '../outside/conductor.ts';
import {
  acrossDifferences,
  type ExpectedAcross,
  type ExpectedVerdict,
  parseReport,
  valueDifference,
  verdictDifferences,
  verdictOf,
} from '../verdict.ts';
import { Activity } from './activity.ts';
import { Cluster } from './cluster.ts';
import { DEBIAN } from './debian.ts';
import { DeviceMapper } from './device-mapper.ts';
import { Guests } from './guests.ts';
import { Journal, waitFor } from './journal.ts';
import { Storage } from './storage.ts';
import { ThreeNodes } from './three-nodes.ts';

const PVE_DOCTOR = fileURLToPath(new URL('../../../bin/pve-doctor', import.meta.url));

const codesOf = (group: RegExp): readonly string[] => CHECKS.map(({ code }) => code).filter((code) => group.test(code));

/** What only several nodes together show. */
export const ACROSS_NODES = codesOf(/^CL/);

/** Checks of guests and of several nodes: unknown wherever pmxcfs cannot be believed. */
export const NEED_PMXCFS = codesOf(/^(?:CL|VOL|MNT005|LV018|PATH015)/);

/** Checks of volumes on storages: unknown where one of them cannot be looked at, unless they find something on another. */
export const OF_STORAGES = ['VOL001', 'VOL002', 'VOL003', 'VOL009'];

/** The nodes of every case's cluster; a case runs on the first. */
export const NODES = ['pve1', 'pve2', 'pve3'] as const;

export interface LabCase {
  /** One sentence: the situation and what must be said about it. */
  readonly about: string;
  readonly run: (lab: Lab) => void;
  /** For a case that takes long; 600 otherwise. */
  readonly limitSeconds?: number;
  /** It takes minutes, and a shorter case looks at the same: left out where no case is named, but for `--whole`. */
  readonly nightly?: true;
  /** One of its room: `--sample`, as CI runs it. The whole is run before a release, and at night. */
  readonly inSample?: true;
  /** Its programs are in the guest of this Debian release alone (setup.sh): with another one it is left out, and said. */
  readonly onlyOn?: '12';
  /** Runs at the same time in a second guest that has the same disk, `SHARED_DISK`. */
  readonly otherNode?: (lab: Lab) => void;
  /**
   * A case of three guests on one network: `run` is the first, and the others take these steps when it says so
   * (`lab.three.on('pve2', 'step')`).
   */
  readonly steps?: Readonly<Record<string, (lab: Lab) => void>>;
  /** Runs on this machine, on the network of the three guests: all of them do `run`, and then the steps that it names. */
  readonly outside?: (outside: Outside) => Promise<void>;
}

/** The disk that both guests of a case with `otherNode` have. */
export const SHARED_DISK = '/dev/ubda';

export interface LabSettings {
  readonly name: string;
  readonly node: (typeof NODES)[number];
  /** Shared with the machine outside, read-write. */
  readonly results: string;
  /** Also write captures below `results`. */
  readonly record: boolean;
  /** Build and examine the situation only; do not ask pve-doctor. */
  readonly situationOnly: boolean;
  /** Try every moment that a case has, and not a sample of them. */
  readonly whole: boolean;
}

export interface CheckRun {
  readonly exit: number;
  readonly report: Report | null;
  readonly stderr: string;
  readonly seconds: number;
}

/** What a case works with: the builders of its node, and pve-doctor. Differences add up; nothing throws for one. */
export class Lab {
  readonly #settings: LabSettings;
  readonly differences: string[] = [];
  readonly journal: Journal;
  readonly storage: Storage;
  readonly dm: DeviceMapper;
  readonly cluster: Cluster;
  readonly guests: Guests;
  readonly activity: Activity;
  readonly three: ThreeNodes;

  constructor(settings: LabSettings) {
    this.#settings = settings;
    this.journal = new Journal(`${settings.results}/${settings.name}.${settings.node}.log`);
    this.storage = new Storage(this.journal);
    this.dm = new DeviceMapper(this.journal);
    const others = NODES.filter((node) => node !== settings.node);
    this.cluster = new Cluster(this.journal, [settings.node, ...others]);
    this.guests = new Guests(this.journal);
    this.activity = new Activity(this.journal, settings.node);
    this.three = new ThreeNodes(this.journal, settings);
  }

  get isWhole(): boolean {
    return this.#settings.whole;
  }

  /** All of them where the whole was asked for; else so many, the first, the last and between. */
  sample<T>(all: readonly T[], count: number): readonly T[] {
    if (this.#settings.whole || all.length <= count) return all;
    const last = all.length - 1;
    const chosen = new Set(Array.from({ length: count }, (_, at) => Math.round((at * last) / (count - 1))));
    return all.filter((_, at) => chosen.has(at));
  }

  /** Makes sure that the situation is the one the case is about. */
  expect(what: string, actual: unknown, expected: unknown): void {
    this.differences.push(...valueDifference(`situation: ${what}`, expected, actual));
  }

  /** Runs `pve-doctor check` and compares the whole verdict. A stage names the capture of a case with several. */
  expectVerdict(expected: ExpectedVerdict, stage = ''): Report | null {
    if (this.#settings.situationOnly) return null;
    this.#settle();
    const check = this.check();
    if (check.report === null) {
      this.differences.push(`pve-doctor check gave no report: exit ${check.exit}`, check.stderr);
      return null;
    }
    const whole = verdictOf(check.report, check.exit);
    // LVM before 2.03.12 activates everything: DM050 says so of each VG, which no case but its own is about.
    const isAboutLvm = (line: string) =>
      DEBIAN === 11 && /^DM050 \S+ notice$/.test(line) && !expected.findings.includes(line);
    const verdict = { ...whole, findings: whole.findings.filter((line) => !isAboutLvm(line)) };
    const differences = verdictDifferences(expected, verdict);
    this.differences.push(...(stage === '' ? differences : differences.map((line) => `${stage}: ${line}`)));
    this.capture(stage);
    return check.report;
  }

  check(...options: readonly string[]): CheckRun {
    const began = Date.now();
    const done = this.doctor(['check', '--format', 'json', ...options]);
    const seconds = (Date.now() - began) / 1000;
    this.journal.note(`pve-doctor check: exit ${done.exit} after ${seconds.toFixed(1)} s`);
    return { ...done, seconds, report: done.stdout.startsWith('{') ? parseReport(done.stdout) : null };
  }

  /** What `pve-doctor stack` draws, as its user reads it. */
  stack(word: string): string {
    const { exit, stdout } = this.doctor(['stack', word]);
    this.journal.note(`pve-doctor stack ${word}: exit ${exit}\n${stdout}`);
    if (exit !== 0) this.differences.push(`pve-doctor stack ${word}: exit ${exit}`);
    return stdout;
  }

  /** Runs `pve-doctor cluster` and compares all that the checks across nodes say. */
  expectAcross(stage: string, expected: ExpectedAcross, ...options: readonly string[]): void {
    if (this.#settings.situationOnly) return;
    this.#settle();
    const done = this.doctor(['cluster', '--format', 'json', ...options]);
    const report = done.stdout.startsWith('{') ? (JSON.parse(done.stdout) as ClusterReport) : null;
    if (report === null) {
      this.differences.push(`${stage}: pve-doctor cluster gave no report: exit ${done.exit}`, done.stderr);
      return;
    }
    const { lines, reasons } = acrossDifferences(expected, report);
    for (const reason of reasons) this.journal.note(`${stage}: ${reason}`);
    this.differences.push(...lines.map((line) => `${stage}: ${line}`));
  }

  /** A capture of this node, where captures are recorded. */
  capture(stage = ''): void {
    if (!this.#settings.record) return;
    const directory = `${this.#settings.results}/captures/${this.#settings.name}${stage === '' ? '' : `-${stage}`}`;
    mkdirSync(directory, { recursive: true });
    const done = this.doctor(['capture', '-o', `${directory}/capture.json`]);
    if (done.exit !== 0) this.differences.push(`pve-doctor capture: exit ${done.exit}`, done.stderr);
  }

  /** pve-doctor on this node. Its output goes to files: a pipe would stay open as long as a hung grandchild lives. */
  doctor(args: readonly string[]): { readonly exit: number; readonly stdout: string; readonly stderr: string } {
    const [out, err] = ['/run/pve-doctor.out', '/run/pve-doctor.err'] as const;
    const files = [openSync(out, 'w'), openSync(err, 'w')] as const;
    const done = spawnSync(PVE_DOCTOR, args, { stdio: ['ignore', ...files], timeout: 300_000, killSignal: 'SIGKILL' });
    for (const file of files) closeSync(file);
    const stderr = readFileSync(err, 'utf8').trimEnd();
    if (stderr !== '') this.journal.note(`pve-doctor ${args.join(' ')}: ${stderr}`);
    return { exit: done.status ?? -1, stdout: readFileSync(out, 'utf8'), stderr };
  }

  /** Every start of an LVM command from now on, whoever starts it: `lvm` becomes a script that takes notes. */
  watchLvm(): () => readonly string[] {
    const notes = '/run/lvm-commands';
    writeFileSync(notes, '');
    renameSync('/usr/sbin/lvm', '/usr/sbin/lvm.real');
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell expands it.
    const takesNotes = 'echo "${0##*/} $*" >> /run/lvm-commands';
    const script = ['#!/bin/bash', takesNotes, 'exec -a "$0" /usr/sbin/lvm.real "$@"', ''].join('\n');
    writeFileSync('/usr/sbin/lvm', script, { mode: 0o755 });
    return () =>
      readFileSync(notes, 'utf8')
        .split('\n')
        .filter((line) => line !== '');
  }

  /** R, S, D, … of /proc/<pid>/stat; D waits for a device and cannot be killed. */
  processState(pid: number): string {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.charAt(stat.lastIndexOf(')') + 2);
  }

  /** Pids of the processes with this command name. */
  processes(command: string): readonly number[] {
    return this.#pgrep('-x', command);
  }

  /** Pids of the processes with this text in their arguments. */
  processesOf(text: string): readonly number[] {
    return this.#pgrep('-f', text);
  }

  /** How many processes with arguments of this pattern there were at once, from now on until what it answers is called. */
  watchProcesses(pattern: string): () => number {
    const notes = '/run/at-once';
    const count = `while :; do pgrep -fc -- '${pattern.replace(/^./, '[$&]')}' >> ${notes}; sleep 0.2; done`;
    rmSync(notes, { force: true });
    const watcher = this.journal.background(['sh', '-c', count]);
    return () => {
      process.kill(watcher, 'SIGKILL');
      return Math.max(0, ...readFileSync(notes, 'utf8').trim().split('\n').map(Number));
    };
  }

  #pgrep(by: string, pattern: string): readonly number[] {
    const found = this.journal.run(['pgrep', by, '--', pattern], { mayFail: true }).stdout;
    return found
      .split('\n')
      .filter((line) => line !== '')
      .map(Number);
  }

  waitForState(pid: number, state: string): void {
    waitFor(`process ${pid} is in state ${state}`, () => this.processState(pid) === state);
  }

  /** udev opens a device for a moment after each change; that is not a use (BZ#1024347). */
  #settle(): void {
    this.journal.run(['udevadm', 'settle', '-t', '10'], { mayFail: true });
  }

  /** Tells the other node of a case with two. */
  say(word: string): void {
    writeFileSync(`${this.#settings.results}/said.${word}`, '');
  }

  /** Waits for the other node's word. */
  hear(word: string, timeoutMs = 60_000): void {
    waitFor(`the other node says ${word}`, () => this.hasHeard(word), timeoutMs);
  }

  /** For a shell: says a word, and waits for another one. */
  sayingAndHearing(said: string, heard: string): string {
    const folder = this.#settings.results;
    return `touch ${folder}/said.${said}; until ls ${folder} | grep -qx said.${heard}; do sleep 0.2; done`;
  }

  /** A listing, since hostfs remembers that a file was not there. */
  hasHeard(word: string): boolean {
    return readdirSync(this.#settings.results).includes(`said.${word}`);
  }

  /** What this machine said with a word. */
  heard(word: string): unknown {
    this.hear(word);
    return JSON.parse(readFileSync(`${this.#settings.results}/said.${word}`, 'utf8'));
  }

  /** For what runs on this machine. */
  tell(what: string, value: unknown): void {
    writeFileSync(`${this.#settings.results}/told.${this.#settings.node}.${what}.json`, JSON.stringify(value));
  }
}
