/** Inside a guest whose PID 1 is systemd: systemd-guest.ts CASE RESULTS [whole]. What was seen is RESULTS/result.json. */
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Report } from '../../src/model/report/report.ts';
import { waitFor } from '../lab/node/journal.ts';
import { Lab, type LabCase } from '../lab/node/lab.ts';
import { mountedBelow } from '../lab/node/remote-server.ts';

/** What has to be the same, whoever looks. */
interface Seen {
  readonly checks: readonly string[];
  readonly findings: readonly string[];
  readonly entries: readonly string[];
  readonly mounts: readonly string[];
  readonly notSeen: Report['notSeen'];
  readonly exitCode: number;
}

export interface GuestResult {
  readonly complaints: string;
  readonly timer: { readonly enabled: string; readonly active: string; readonly next: string };
  readonly shell: Seen;
  readonly unit: Seen;
  /** null: this guest was not asked for it. */
  readonly night: null | {
    readonly result: string;
    readonly status: number;
    readonly journal: string;
    readonly stateMode: string;
    readonly keptRuns: number;
  };
  readonly mute: null | { readonly result: string; readonly seconds: number; readonly left: number };
}

const [name = '', results = '', whole = ''] = process.argv.slice(2);
const SERVICE = 'pve-doctor.service';
const DROP_IN = `/run/systemd/system/${SERVICE}.d`;
const STATE = '/var/lib/pve-doctor';

const lab = new Lab({ name, node: 'pve1', results, record: false, situationOnly: true, whole: false });
const { journal } = lab;
const says = (...argv: readonly string[]): string =>
  journal.run(argv, { mayFail: true, timeoutMs: 120_000 }).stdout.trim();
const show = (unit: string, property: string): string => says('systemctl', 'show', '--value', '-p', property, unit);

function readSeen(file: string): Seen {
  const report = JSON.parse(readFileSync(file, 'utf8')) as Report;
  return {
    checks: report.checks.map(({ code, outcome }) => `${code} ${outcome}`),
    findings: report.findings.map(({ code, subject, severity }) => `${code} ${subject.id} ${severity}`),
    entries: report.entries.map((entry) => `${entry.name} ${entry.class}`),
    mounts: report.mounts.map((mount) => JSON.stringify(mount)),
    notSeen: report.notSeen,
    exitCode: report.exitCode,
  };
}

function asShell(): Seen {
  const done = journal.run(['pve-doctor', 'check', '--format', 'json', '-o', '/run/shell.json'], { mayFail: true });
  if (!existsSync('/run/shell.json')) throw new Error(`the check in a shell gave no report: ${done.stderr}`);
  return readSeen('/run/shell.json');
}

/** The unit as it is shipped, but for what it prints and where. */
function asUnit(): Seen {
  mkdirSync(DROP_IN, { recursive: true });
  const file = `${STATE}/unit.json`;
  const command = `/usr/bin/pve-doctor check --format json -o ${file}`;
  writeFileSync(`${DROP_IN}/test.conf`, `[Service]\nExecStart=\nExecStart=${command}\n`);
  says('systemctl', 'daemon-reload');
  says('systemctl', 'start', SERVICE);
  if (!existsSync(file)) throw new Error(`the unit gave no report:\n${says('journalctl', '-u', SERVICE, '-n', '40')}`);
  const seen = readSeen(file);
  rmSync(DROP_IN, { recursive: true });
  rmSync(file);
  says('systemctl', 'daemon-reload');
  return seen;
}

/**
 * The clock of the guest is set forward to the night, and nothing else is done. systemd throws the dice for
 * RandomizedDelaySec again when the clock jumps, so there is no delay here.
 */
function night(): GuestResult['night'] {
  mkdirSync('/run/systemd/system/pve-doctor.timer.d', { recursive: true });
  writeFileSync('/run/systemd/system/pve-doctor.timer.d/test.conf', '[Timer]\nRandomizedDelaySec=0\n');
  says('systemctl', 'daemon-reload');
  says('systemctl', 'restart', 'pve-doctor.timer');
  const before = show(SERVICE, 'InvocationID');
  says('date', '-s', 'tomorrow 02:00:05');
  const ended = (): boolean =>
    show(SERVICE, 'InvocationID') !== before && show(SERVICE, 'ActiveState') !== 'activating';
  waitFor('the timer has started the service', ended, 300_000);
  const runs = says('pve-doctor', 'history', '--runs', '--format', 'json');
  return {
    result: show(SERVICE, 'Result'),
    status: Number(show(SERVICE, 'ExecMainStatus')),
    journal: says('journalctl', '-u', SERVICE, '-o', 'cat', `_SYSTEMD_INVOCATION_ID=${show(SERVICE, 'InvocationID')}`),
    stateMode: (statSync(STATE).mode & 0o7777).toString(8),
    keptRuns: (JSON.parse(runs) as readonly unknown[]).length,
  };
}

function withMuteMount(): GuestResult['mute'] {
  const program = fileURLToPath(new URL('../lab/node/mute-file-system.ts', import.meta.url));
  mkdirSync('/mnt/mute', { recursive: true });
  journal.background([process.execPath, program, '/mnt/mute']);
  waitFor('/mnt/mute is mounted', () => mountedBelow('/mnt').includes('/mnt/mute'));
  const began = Date.now();
  says('systemctl', 'start', SERVICE);
  const seconds = (Date.now() - began) / 1000;
  const left = lab.processes('stat').filter((pid) => lab.processState(pid) === 'D').length;
  return { result: show(SERVICE, 'Result'), seconds, left };
}

journal.run(['dpkg', '-i', `${results}/pve-doctor.deb`], { timeoutMs: 200_000 });
const complaints = says('systemd-analyze', 'verify', '--man=no', SERVICE, 'pve-doctor.timer');
const timer = {
  enabled: says('systemctl', 'is-enabled', 'pve-doctor.timer'),
  active: says('systemctl', 'is-active', 'pve-doctor.timer'),
  next: show('pve-doctor.timer', 'NextElapseUSecRealtime'),
};
const { labCase } = (await import(`../lab/cases/${name}.ts`)) as { labCase: LabCase };
labCase.run(lab);
journal.run(['udevadm', 'settle', '-t', '10'], { mayFail: true });
const seen: GuestResult = {
  ...{ complaints, timer, shell: asShell(), unit: asUnit() },
  ...(whole === '' ? { night: null, mute: null } : { night: night(), mute: withMuteMount() }),
};
writeFileSync(`${results}/result.json`, JSON.stringify(seen));
process.exit(0);
