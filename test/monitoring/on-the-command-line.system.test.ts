import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { CAPTURES } from '../capture-files.ts';
import { ROOT, read } from '../repo/repository.ts';
import { readExposition } from './exposition.ts';

const scratch = mkdtempSync(join(tmpdir(), 'pve-doctor-forms-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const program = join(ROOT, 'bin', 'pve-doctor');
const capture = (situation: string) => join(CAPTURES, situation, 'capture.json');
const check = (situation: string, ...options: readonly string[]) =>
  spawnSync(program, ['check', '--from', capture(situation), ...options], { encoding: 'utf8', cwd: ROOT });

/** With the umask that hardened nodes, and our own unit, have. */
const checkInto = (file: string, format: string) =>
  spawnSync(
    '/bin/sh',
    [
      '-c',
      'umask 077; exec "$@"',
      'sh',
      program,
      'check',
      '--from',
      capture('example-node'),
      '--format',
      format,
      '-o',
      file,
    ],
    { encoding: 'utf8' },
  );

describe('the forms for monitoring', () => {
  it.each(['prometheus', 'nagios', 'checkmk'])('%s ends with the exit status of check', (format) => {
    expect(check('healthy-mixed-node', '--format', format).status).toBe(0);
    expect(check('example-node', '--format', format)).toMatchObject({ status: 1, stderr: '' });
    expect(check('mounts-in-containers', '--format', format)).toMatchObject({ status: 2, stderr: '' });
  });

  it.each(['prometheus', 'nagios', 'checkmk'])('%s leaves nothing out with --severity', (format) => {
    const whole = check('example-node', '--format', format).stdout;
    expect(check('example-node', '--format', format, '--severity', 'critical').stdout).toBe(whole);
  });

  it('prometheus writes a file that others may read, whatever the umask, and nothing beside it', () => {
    const folder = mkdtempSync(join(scratch, 'alone-'));
    const file = join(folder, 'pve-doctor.prom');
    for (const _ of [1, 2]) {
      expect(checkInto(file, 'prometheus').status).toBe(1);
      expect(statSync(file).mode & 0o777).toBe(0o644);
    }
    expect(readdirSync(folder)).toEqual(['pve-doctor.prom']);
    expect(readExposition(readFileSync(file, 'utf8')).length).toBeGreaterThan(15);
  });

  it('other forms keep to the umask', () => {
    const file = join(scratch, 'report.json');
    checkInto(file, 'json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });
});

it('the transcript in docs/monitoring.md is what the program prints', () => {
  const [, situation = '', transcript = ''] =
    /^```console\n\$ pve-doctor check --format nagios --from test\/captures\/([\w-]+)\/capture\.json\n([\s\S]*?)^```$/m.exec(
      read('docs/monitoring.md'),
    ) ?? [];
  expect(check(situation, '--format', 'nagios').stdout).toBe(transcript);
});

it('every command of the agents in packaging is one that the line of sudo allows', () => {
  const allowed = [...read('packaging/nagios/sudoers-pve-doctor').matchAll(/\/usr\/bin\/pve-doctor [^,\n]+/g)].map(
    String,
  );
  const asked = [
    ...read('packaging/nagios/nrpe-pve-doctor.cfg').matchAll(/sudo -n (\/usr\/bin\/pve-doctor .+)$/gm),
    ...read('packaging/zabbix/pve-doctor.conf').matchAll(/sudo -n (\/usr\/bin\/pve-doctor .+?) 2>/g),
  ].map(([, command]) => command);
  const icinga = /command = \[ (.+) \]/.exec(read('packaging/icinga2/pve-doctor.conf'))?.[1] ?? '';
  const words = JSON.parse(`[${icinga}]`) as string[];
  expect(asked).toHaveLength(2);
  expect(words.slice(0, 2)).toEqual(['/usr/bin/sudo', '-n']);
  for (const command of [...asked, words.slice(2).join(' ')]) expect(allowed).toContain(command);
});

/**
 * Tried with sudo 1.9.13, `Defaults !env_reset` and BUN_OPTIONS: without the line of Defaults a user of the rule runs what he
 * likes as root.
 */
it('the lines of sudo allow whole commands without a pattern, and hand none of the caller’s environment on', () => {
  const lines = read('packaging/nagios/sudoers-pve-doctor')
    .split('\n')
    .filter((line) => !line.startsWith('#') && line !== '');
  const aliases = lines.flatMap((line) => /^Cmnd_Alias (\w+) = (.+)$/.exec(line)?.slice(1, 3) ?? []);
  const names = aliases.filter((_, at) => at % 2 === 0);
  const commands = aliases.filter((_, at) => at % 2 === 1);
  expect(commands).toEqual(['/usr/bin/pve-doctor check --format nagios', '/usr/bin/pve-doctor check --format json']);
  expect(lines.find((line) => line.startsWith('Defaults'))).toBe(`Defaults!${names.join(', ')} env_reset, !setenv`);
  expect(lines.filter((line) => line.includes('NOPASSWD'))).toEqual([
    `nagios ALL=(root) NOPASSWD: ${names[0]}`,
    `zabbix ALL=(root) NOPASSWD: ${names[1]}`,
  ]);
});
