import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ROOT } from '../repo/repository.ts';
import { PROGRAM } from './program.ts';

const scratch = mkdtempSync(join(tmpdir(), 'pve-doctor-config-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const healthy = join(ROOT, 'test', 'captures', 'healthy-mixed-node', 'capture.json');

const ours = /^(?:PVE_DOCTOR|PROXMENUX)_/;
const cleanEnvironment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.test(name)));

const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  spawnSync(PROGRAM, args, { encoding: 'utf8', cwd: scratch, timeout: 60_000, env: { ...cleanEnvironment, ...env } });

function file(name: string, text: string, mode = 0o600): string {
  const path = join(scratch, name);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

const MAIL = `[mounts]
capacity_warning = 70
[channel.mail]
type = "smtp"
host = "mx.example.org"
from = "a@example.org"
to = ["b@example.org"]
user = "u"
password = "hunter2hunter2"
`;

const right = file('right.toml', MAIL);
const wrong = file('wrong.toml', '[mounts]\nprobe_timout = 1\ncapacity_critical = "x"\n\u001b = 1\n');

describe('config show', () => {
  it('prints every value with its origin, and no secret', () => {
    const { status, stdout, stderr } = run(['config', 'show', '--config', right, '--set', 'history.keep_days=30'], {
      PVE_DOCTOR_CAPACITY_CRITICAL: '90',
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^capacity_warning = 70 +# .*right\.toml:2$/m);
    expect(stdout).toMatch(/^capacity_critical = 90 +# PVE_DOCTOR_CAPACITY_CRITICAL$/m);
    expect(stdout).toMatch(/^keep_days = 30 +# --set history\.keep_days$/m);
    expect(stdout).toMatch(/^probe_timeout = "2s" +# default$/m);
    expect(stdout).toMatch(/^password = \(hidden\) +# .*right\.toml:9$/m);
    expect(stdout).not.toContain('hunter2');
  });

  it('is for programs as well, and reads the file that a variable names', () => {
    const { status, stdout } = run(['config', 'show', '--format', 'json'], { PVE_DOCTOR_CONFIG: right });
    expect(status).toBe(0);
    const document = JSON.parse(stdout) as { readonly values: readonly unknown[] };
    expect(document).toMatchObject({ schemaVersion: 1, file: { path: right, state: 'read' }, problems: [] });
    expect(document.values).toContainEqual({
      key: 'channel.mail.password',
      value: '(hidden)',
      isSecret: true,
      origin: { kind: 'file', path: right, line: 9 },
    });
    expect(stdout).not.toContain('hunter2');
  });

  it('shows what counts where something is wrong, and ends with 78', () => {
    const { status, stdout, stderr } = run([
      'config',
      'show',
      '--config',
      file('half.toml', 'x = 1\n[mounts]\ncapacity_warning = 70\n'),
    ]);
    expect(status).toBe(78);
    expect(stdout).toMatch(/^capacity_warning = 70 /m);
    expect(stderr).toContain('half.toml:1: unknown name x');
  });
});

describe('config check', () => {
  it('says that a file is right, and which channels it has', () => {
    expect(run(['config', 'check', 'right.toml'])).toMatchObject({
      status: 0,
      stdout: 'right.toml is right; channels: mail (smtp)\n',
      stderr: '',
    });
  });

  it('prints everything that is wrong with file and line, and ends with 78', () => {
    const { status, stdout } = run([
      'config',
      'check',
      file('two.toml', '[mounts]\nprobe_timout = 1\ncapacity_critical = "x"\n'),
    ]);
    expect(status).toBe(78);
    expect(stdout.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/two\.toml:2: unknown key probe_timout in \[mounts\]; did you mean probe_timeout\?$/),
      expect.stringMatching(/two\.toml:3: capacity_critical must be a number of percent/),
    ]);
  });

  it('has the command for a file that is too open, and it works', () => {
    const open = file('open.toml', MAIL, 0o644);
    const { status, stdout } = run(['config', 'check', open]);
    expect(status).toBe(78);
    const [, command = ''] = /: (chmod .*)$/m.exec(stdout) ?? [];
    execFileSync('sh', ['-c', command]);
    expect(run(['config', 'check', open]).status).toBe(0);
  });

  it.each([['missing.toml'], ['.'], ['/dev/zero'], ['fifo']])('does not hang on what is no file: %s', (path) => {
    if (path === 'fifo') execFileSync('mkfifo', [join(scratch, path)]);
    const { status, stdout, signal } = run(['config', 'check', path]);
    expect({ status, signal }).toEqual({ status: 78, signal: null });
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
  });

  it('takes one file, and a known subcommand', () => {
    expect(run(['config', 'check', right, '--config', right]).status).toBe(64);
    expect(run(['config', 'chek']).status).toBe(64);
  });
});

describe('check', () => {
  const check = (args: readonly string[], env = {}) => run(['check', '--from', healthy, '-q', ...args], env);

  it('of a capture leaves the file of this machine alone, even one that a variable names', () => {
    expect(check([], { PVE_DOCTOR_CONFIG: wrong })).toMatchObject({ status: 0, stderr: '' });
  });

  it('refuses a file that was asked for and is wrong or not there, without a stack trace', () => {
    for (const path of [wrong, join(scratch, 'nowhere.toml')]) {
      const { status, stdout, stderr } = check(['--config', path]);
      expect({ status, stdout }).toEqual({ status: 78, stdout: '' });
      expect(stderr).not.toContain('    at ');
      expect(stderr.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
    }
  });

  it('goes on where the environment is wrong, and says so once', () => {
    const { status, stderr } = check([], { PVE_DOCTOR_HISTORY_PATH: 'x', PVE_DOCTOR_NOTIFY_POLICY: 'never' });
    expect(status).toBe(0);
    expect(stderr.trimEnd().split('\n')).toEqual([expect.stringContaining('(and 1 more)')]);
    expect(stderr).toContain('pve-doctor config check');
  });

  it('takes limits from the file, from --set and from its flags', () => {
    const full = join(ROOT, 'test', 'captures', 'mounts-full-and-read-only', 'capture.json');
    const codes = (...args: readonly string[]) =>
      [...run(['check', '--from', full, '-q', ...args]).stdout.matchAll(/MNT005/g)].length;
    const lax = file('lax.toml', '[mounts]\ncapacity_warning = 100\ncapacity_critical = 100\n');
    expect(codes()).toBeGreaterThan(codes('--config', lax));
    expect(codes('--set', 'mounts.capacity_warning=100', '--set', 'mounts.capacity_critical=100')).toBe(
      codes('--config', lax),
    );
    expect(codes('--capacity-warning', '100', '--capacity-critical', '100')).toBe(codes('--config', lax));
    expect(codes('--config', lax, '--capacity-warning', '85', '--capacity-critical', '95')).toBe(codes());
  });
});

describe('mounts', () => {
  it('warns once of a bad time limit of another program, and ends with 0', () => {
    const { status, stderr } = run(['mounts', '--from', healthy], { PROXMENUX_MOUNT_STAT_TIMEOUT: 'soon' });
    expect(status).toBe(0);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});
