import { spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/model/report/report.ts';
import { VERSION } from '../../src/model/version.ts';
import { PROGRAM as program } from './program.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const critical = join(repository, 'test', 'captures', 'mounts-in-containers', 'capture.json');
const example = join(repository, 'test', 'captures', 'example-node', 'capture.json');
const healthy = join(repository, 'test', 'captures', 'healthy-mixed-node', 'capture.json');
const scratch = mkdtempSync(join(tmpdir(), 'pve-doctor-cli-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const run = (...args: readonly string[]) =>
  spawnSync(program, args, { encoding: 'utf8', cwd: '/', timeout: 60_000, env: { ...process.env, NO_COLOR: '1' } });

describe('the program', () => {
  it('prints its version, the one of package.json', () => {
    const { version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as { version: string };
    expect(run('--version')).toMatchObject({ stdout: `${version}\n`, status: 0 });
    expect(version).toBe(VERSION);
  });

  it('ends with 73 and one sentence where its output cannot be written', () => {
    const full = openSync('/dev/full', 'w');
    const { status, stderr } = spawnSync(program, ['check', '--from', example], {
      ...{ encoding: 'utf8', cwd: '/', stdio: ['ignore', full, 'pipe'] },
    });
    closeSync(full);
    expect(stderr).toMatch(/^pve-doctor: cannot write to the standard output: ENOSPC.*\n$/);
    expect(status).toBe(73);
  });

  it('ends a plan that cannot be written with 74', () => {
    const full = openSync('/dev/full', 'w');
    for (const format of ['text', 'json']) {
      const args = ['clean', '--dry-run', '--from', example, '--format', format];
      expect(spawnSync(program, args, { cwd: '/', stdio: ['ignore', full, 'pipe'] }).status).toBe(74);
    }
    closeSync(full);
  });

  it.each([
    ['check', '--form', 'json'],
    ['chek'],
    ['check', '--vmid', '1'],
    ['check', '--format', 'xml'],
    ['explain', 'DM999'],
    ['check', '--from', '/nonexistent'],
  ])('ends wrong usage with 64 and no stack trace: %s %s %s', (...args) => {
    const { status, stderr, stdout } = run(...args);
    expect(status).toBe(64);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^pve-doctor: .+/);
    expect(stderr).not.toContain('    at ');
  });

  it('has help with examples and exit statuses for every command', () => {
    const commands = ['check', 'capture', 'explain', 'mounts', 'clean', 'history', 'undo', 'config'];
    for (const command of commands) {
      const { stdout, status } = run(command, '--help');
      expect(status).toBe(0);
      expect(stdout).toMatch(/Examples?:/);
    }
    expect(run('--help').stdout).toContain('Exit status of check');
  });

  it('explains every code offline', () => {
    expect(
      run('explain')
        .stdout.split('\n')
        .filter((line) => /^[A-Z]+\d{3} /.test(line)).length,
    ).toBeGreaterThan(20);
    expect(run('explain', 'dm013').stdout).toContain('DM013');
  });
});

describe('check', () => {
  it('ends with 2 for a critical finding, with 1 for a warning and with 0 for a healthy node', () => {
    expect(run('check', '--from', critical).status).toBe(2);
    expect(run('check', '--from', example).status).toBe(1);
    expect(run('--from', healthy).status).toBe(0);
  });

  it('narrows to one guest, and to a severity', () => {
    const narrow = (...options: readonly string[]) =>
      JSON.parse(run('check', '--from', example, '--format', 'json', ...options).stdout) as Report;
    const one = narrow('--vmid', '888');
    expect(one.findings.map(({ code, vmid }) => ({ code, vmid }))).toEqual([{ code: 'DM010', vmid: 888 }]);
    expect(one.exitCode).toBe(1);
    expect(run('check', '--from', example, '--vmid', '888').stderr).toContain('this node has no guest 888;');
    expect(run('check', '--from', example, '--vmid', '119').stderr).toBe('');
    expect(narrow('--severity', 'warning').findings.every(({ severity }) => severity === 'warning')).toBe(true);
    const warnings = run('check', '--from', example, '--severity', 'warning').stdout;
    expect(warnings).toMatch(/^7 problems: ▲ 7 warnings;.*; 1 more\s+left\s+out by\s+--severity\.$/ms);
    expect(run('check', '--from', example).stdout).not.toContain('left out');
    expect(one).toMatchObject({ grade: '?', score: null });
    expect(one.gradeBecause).toContain('this is only what concerns guest 888');
    expect(narrow('--only', 'mounts').gradeBecause).toContain('this is only mounts');
    expect(narrow('--only', 'mounts').findings).toEqual([]);
    const listed = ({ guests, leftovers, nextVmids }: Report) =>
      [guests, leftovers, nextVmids].map((list) => list.map(({ vmid }) => vmid));
    expect(listed(one)).toEqual([[], [888], []]);
    expect(listed(narrow('--vmid', '102'))).toEqual([[], [102], [102]]);
    expect(listed(narrow('--vmid', '119'))).toEqual([[119], [], []]);
  });

  it('shows of a part what belongs to it, and calls nobody unjudged whom it judged', () => {
    const shown = (...options: readonly string[]) => run('check', '--from', example, ...options).stdout;
    expect(shown('--vmid', '169', '--verbose')).toMatch(/^ {2}169 +database +stopped +▲ 2 orphans, 1 other\n/m);
    expect(shown('--vmid', '100', '--running-first')).toMatch(/^ {2}100 +web +running +clean\n/m);
    expect(shown('--only', 'mounts', '--running-first')).toMatch(/^ {2}100 +web +running +not judged\n/m);
    expect(shown('--only', 'mounts')).not.toMatch(/LEFTOVERS|VMIDS/);
    for (const text of [shown('--only', 'mounts'), shown('--vmid', '104')])
      for (const title of text.matchAll(/\n([^\n]*)\n[A-Z ]{6,}\n/g)) expect(title[1]).toBe('');
  });

  it('writes a file whole or not at all, and leaves no temporary file', () => {
    const folder = mkdtempSync(join(scratch, 'alone-'));
    const file = join(folder, 'report.json');
    expect(run('check', '--from', example, '--format', 'json', '-o', file)).toMatchObject({ status: 1, stdout: '' });
    expect((JSON.parse(readFileSync(file, 'utf8')) as Report).schemaVersion).toBe(1);
    const nowhere = run('check', '--from', example, '-o', join(folder, 'no', 'such', 'folder'));
    expect(nowhere.status).toBe(73);
    expect(nowhere.stderr).toContain('such is not there');
    expect(nowhere.stderr).not.toContain('.tmp');
    expect(readdirSync(folder)).toEqual(['report.json']);
  });

  it('writes a long report into a pipe to its end, and takes no offence at a reader that goes away', async () => {
    const whole = run('check', '--from', example, '--format', 'json').stdout;
    expect(whole.endsWith('}\n')).toBe(true);
    const child = spawn(program, ['check', '--from', example, '--format', 'json'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.destroy();
    const errors: Buffer[] = [];
    child.stderr.on('data', (chunk: Buffer) => void errors.push(chunk));
    await new Promise((resolve) => child.on('close', resolve));
    expect(Buffer.concat(errors).toString()).toBe('');
  });

  it('uses no colour in a pipe, and colour when asked', () => {
    expect(run('check', '--from', example).stdout).not.toContain('\u001b');
    expect(run('check', '--from', example, '--color', 'always').stdout).toContain('\u001b[');
  });

  it.skipIf(process.getuid?.() !== 0)('says in one sentence that it needs root', () => {
    const done = spawnSync(program, ['check'], { encoding: 'utf8', cwd: '/', uid: 65534, gid: 65534 });
    // A clone below a private home directory cannot even be read by another user.
    if (done.error || done.status === 126 || done.status === 127) return;
    expect(done.status).toBe(77);
    expect(done.stderr.trim().split('\n')).toHaveLength(1);
  });
});

describe('a capture', () => {
  it('taken from a capture gives the same report', () => {
    const again = join(scratch, 'again.capture');
    expect(run('capture', '--from', example, '-o', again).status).toBe(0);
    const reportOf = (file: string) => ({
      ...(JSON.parse(run('check', '--from', file, '--format', 'json').stdout) as Report),
      source: '',
    });
    expect(reportOf(again)).toEqual(reportOf(example));
    rmSync(again);
  });

  it.each([
    ['garbage', 'not json'],
    ['an empty file', ''],
    ['half a document', '{"format": "pve-doctor-capture", "version": 1,'],
    ['another version', '{"format": "pve-doctor-capture", "version": 99, "takenAt": "2026-01-01T00:00:00Z"}'],
    ['a wrong type', '{"format":"pve-doctor-capture","version":1,"takenAt":"2026-01-01T00:00:00Z","files":{"/a":5}}'],
    ['binary data', '\u0000\u0001\u0002\u001b[31m'],
  ])('that is %s is refused with one harmless line', (_, text) => {
    const file = join(scratch, 'bad.json');
    writeFileSync(file, text);
    const { status, stderr } = run('check', '--from', file);
    expect(status).toBe(64);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).not.toMatch(/[\0-\t\v-\x1f]/);
    rmSync(file);
  });
});
