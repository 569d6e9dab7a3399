import { describe, expect, it } from 'vitest';
import { FILE, fileOf, problems, read } from '../../test/config/sources.ts';
import { UsageError } from '../model/faults.ts';
import { DEFAULT_MOUNT_SETTINGS } from '../model/mounts/mounts.ts';
import { problemList } from './load-config.ts';

const origins = async (situation: Parameters<typeof read>[0]) =>
  Object.fromEntries((await read(situation)).values.map(({ key, origin }) => [key, origin]));

describe('without anything', () => {
  it('the defaults count, nobody is told, and nothing is said', async () => {
    expect(await read({})).toMatchObject({
      config: {
        mounts: DEFAULT_MOUNT_SETTINGS,
        history: { path: '/var/lib/pve-doctor', keepDays: 400 },
        notify: { digestAt: '07:00', channels: [] },
      },
      file: { path: FILE, state: 'absent' },
      problems: [],
      warnings: [],
      leftOut: [],
    });
  });
});

describe('the strongest layer counts', () => {
  const toml = '[mounts]\nprobe_timeout = 3\ncapacity_warning = 70\n';
  const environment = { PVE_DOCTOR_MOUNT_TIMEOUT: '4', PROXMENUX_LXC_EXEC_TIMEOUT: '0.5' };

  it('a flag before the environment before the file before the default, each with its origin', async () => {
    const situation = { toml, environment, set: ['mounts.capacity_warning=60'] };
    expect((await read(situation)).config.mounts).toEqual({
      probeTimeoutMs: 4000,
      containerTimeoutMs: 500,
      warningPercent: 60,
      criticalPercent: 95,
    });
    expect(await origins(situation)).toMatchObject({
      'mounts.probe_timeout': { kind: 'environment', name: 'PVE_DOCTOR_MOUNT_TIMEOUT' },
      'mounts.container_timeout': { kind: 'environment', name: 'PROXMENUX_LXC_EXEC_TIMEOUT' },
      'mounts.capacity_warning': { kind: 'flag', name: '--set mounts.capacity_warning' },
      'mounts.capacity_critical': { kind: 'default' },
    });
    expect(await origins({ toml })).toMatchObject({ 'mounts.capacity_warning': { kind: 'file', path: FILE, line: 3 } });
  });

  it('our own variable before that of another program, and an empty one is none', async () => {
    const both = { PVE_DOCTOR_MOUNT_TIMEOUT: '4', PROXMENUX_MOUNT_STAT_TIMEOUT: '5' };
    expect((await read({ environment: both })).config.mounts.probeTimeoutMs).toBe(4000);
    const empty = { PVE_DOCTOR_MOUNT_TIMEOUT: '', PROXMENUX_MOUNT_STAT_TIMEOUT: '5' };
    expect((await read({ environment: empty })).config.mounts.probeTimeoutMs).toBe(5000);
    expect(await read({ environment: { PROXMENUX_LXC_EXEC_TIMEOUT: '' } })).toMatchObject({ warnings: [] });
  });

  it('a flag of its own as well as --set, and both together are wrong usage', async () => {
    const named = new Map([['mounts.capacity_warning', '60']]);
    expect((await read({ toml, named })).config.mounts.warningPercent).toBe(60);
    await expect(read({ named, set: ['mounts.capacity_warning=50'] })).rejects.toThrow(UsageError);
  });
});

describe('a value', () => {
  it.each([
    ['[mounts]\nprobe_timeout = "500ms"', 500],
    ['[mounts]\nprobe_timeout = "1.5s"', 1500],
    ['[mounts]\nprobe_timeout = "1 m"', 60_000],
    ['[mounts]\nprobe_timeout = 0.25', 250],
    ['[mounts]\nprobe_timeout = "2"', 2000],
    ['mounts.probe_timeout = 7', 7000],
    ['mounts = { probe_timeout = 7 }', 7000],
  ])('of time is read from %j', async (toml, ms) => {
    expect(await read({ toml })).toMatchObject({ problems: [], config: { mounts: { probeTimeoutMs: ms } } });
  });

  it('of a time of day may be text or a time of TOML', async () => {
    for (const text of ['"23:59"', '23:59:00', '23:59'])
      expect((await read({ toml: `notify.digest_at = ${text}` })).config.notify.digestAt).toBe('23:59');
  });

  it.each([
    ['mounts.probe_timeout = 0', 'probe_timeout must be a time'],
    ['mounts.probe_timeout = 601', 'probe_timeout must be a time'],
    ['mounts.probe_timeout = "2h"', 'probe_timeout must be a time'],
    ['mounts.probe_timeout = inf', 'probe_timeout must be a time'],
    ['mounts.probe_timeout = true', 'and is a boolean'],
    ['mounts.capacity_warning = 0', 'a number of percent'],
    ['mounts.capacity_warning = 100.1', 'a number of percent'],
    ['mounts.capacity_warning = nan', 'a number of percent'],
    ['mounts.capacity_warning = "80"', 'and is text'],
    ['history.keep_days = 1.5', 'a whole number'],
    ['history.keep_days = 1979-05-27', 'and is a date or a time'],
    ['history.path = "var"', 'an absolute path'],
    ['history.path = "/a\\nb"', 'an absolute path'],
    ['history.path = ["/a"]', 'and is a list'],
    ['notify.policy = "on-chnage"', 'did you mean "on-change"?'],
    ['notify.digest_at = 07:00:30', 'a time of day'],
    ['notify.digest_at = "24:00"', 'a time of day'],
    ['notify.digest_at = 1979-05-27T07:00:00Z', 'a time of day'],
    ['notify = 1', 'notify must be a table'],
    ['[[mounts]]', 'mounts must be a table'],
  ])('is refused with its line: %s', async (toml, words) => {
    const [first = '', ...others] = await problems({ toml: `# first line\n${toml}\n` });
    expect(others).toEqual([]);
    expect(first).toMatch(/^2: /);
    expect(first).toContain(words);
  });

  it.each([['mounts.probe_timeout = 99999999999999999999'], ['a = 1\na = 2'], ['a = "x'], ['[a\n'], ['a = \u0000']])(
    'that is no TOML has its line: %j',
    async (toml) => {
      const [first = '', ...others] = await problems({ toml });
      expect(others).toEqual([]);
      expect(first).toMatch(/^\d+: is not valid TOML at column \d+: [a-z]/);
    },
  );
});

describe('an unknown name is an error with line and nearest name', () => {
  it.each([
    ['[mounts]\nprobe_timout = 1', '2: unknown key probe_timout in [mounts]; did you mean probe_timeout?'],
    ['[mounts]\nkeep_days = 1', '2: unknown key keep_days in [mounts]; it stands below [history]'],
    ['[mounts]\nx = 1', '2: unknown key x in [mounts]; the keys there are probe_timeout,'],
    ['\n[histroy]', '2: unknown name histroy; did you mean [history]?'],
    ['[channels.x]', '1: unknown name channels; did you mean [channel]?'],
    ['keep_days = 1', '1: keep_days stands below [history]'],
    ['[mounts]\n__proto__ = 1', '2: unknown key __proto__ in [mounts]'],
    ['[__proto__]\nprobe_timeout = 1', '1: unknown name __proto__'],
    ['[constructor]\nprobe_timeout = 1', '1: unknown name constructor'],
    ['[mounts]\n"\\u001b[31m\\u202e\\n" = 1', '2: unknown key "\\u001b[31m\\u202e\\n" in'],
  ])('%j', async (toml, words) => {
    const [first = '', ...others] = await problems({ toml });
    expect(others).toEqual([]);
    expect(first).toContain(words);
    expect(Object.prototype).not.toHaveProperty('probe_timeout');
  });

  it('and a long one is cut', async () => {
    const [first = ''] = await problems({ toml: `${'x'.repeat(500_000)} = 1` });
    expect(first.length).toBeLessThan(200);
  });
});

describe('what is wrong', () => {
  it('is told all at once, in the order of the file, that of covered layers too', async () => {
    const toml = '[mounts]\nprobe_timeout = 0\nx = 1\n[history]\nkeep_days = 0\n';
    const situation = { toml, set: ['history.keep_days=5'], environment: { PVE_DOCTOR_NOTIFY_POLICY: 'never' } };
    expect((await problems(situation)).map((line) => line.slice(0, 28))).toEqual([
      'PVE_DOCTOR_NOTIFY_POLICY: mu',
      '2: probe_timeout must be a t',
      '3: unknown key x in [mounts]',
      '5: keep_days must be a whole',
    ]);
    expect(problemList((await read(situation)).problems).split('\n')).toHaveLength(5);
  });

  it('leaves what is right', async () => {
    const { config } = await read({ toml: '[mounts]\nprobe_timeout = 0\ncapacity_critical = 90\nx = 1' });
    expect(config.mounts).toMatchObject({ probeTimeoutMs: 2000, criticalPercent: 90 });
  });

  it('is cut where it would be a flood', async () => {
    const toml = `[mounts]\n${Array.from({ length: 5000 }, (_, at) => `x${at} = 1`).join('\n')}`;
    expect(problemList((await read({ toml })).problems).split('\n').length).toBeLessThan(60);
  });

  it('in the environment of mounts is one warning, and the next layer counts', async () => {
    for (const value of ['soon', '0', '-1', '1e9', 'NaN', '2h']) {
      const environment = { PROXMENUX_MOUNT_STAT_TIMEOUT: value };
      const loaded = await read({ environment });
      expect(loaded).toMatchObject({ problems: [], config: { mounts: DEFAULT_MOUNT_SETTINGS } });
      expect(loaded.warnings).toHaveLength(1);
      expect((await read({ environment, toml: 'mounts.probe_timeout = 7' })).config.mounts.probeTimeoutMs).toBe(7000);
    }
  });

  it('is a warning for a variable that no value has, and for limits that cannot both show', async () => {
    const { warnings } = await read({
      environment: { PVE_DOCTOR_MOUNT_TIMOUT: '1', PVE_DOCTOR_CONFIG: '/x', PVE_DOCTOR_CAPACITY_WARNING: '99' },
    });
    expect(warnings).toHaveLength(2);
    expect(warnings[0]).toContain('did you mean PVE_DOCTOR_MOUNT_TIMEOUT?');
    expect(warnings[1]).toContain('it never shows');
  });

  it.each([
    'mounts',
    '=1',
    'mounts.x=1',
    'channel.mail=1',
    'channel.Mail.host=x',
    'history.keep_days=0',
    '__proto__.x=1',
  ])('on the command line is wrong usage: --set %s', async (assignment) => {
    const thrown = await read({ set: [assignment] }).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(UsageError);
    expect(thrown).toMatchObject({ exitCode: 64 });
  });
});

describe('the file', () => {
  const toml = '[mounts]\nprobe_timeout = 5\n';

  it('belongs to root or to whoever runs the program, since its owner can change it', async () => {
    const stranger = await read({ toml, ownerUid: 1000 });
    expect(stranger.file.state).toBe('refused');
    expect(stranger.problems[0]?.what).toContain('chown root:root');
    expect((await read({ toml, ownerUid: 1000, ownUid: 1000 })).file.state).toBe('read');
  });

  it.each([0o600, 0o644, 0o640, 0o400, 0o444])('may be readable by others without a secret: %o', async (mode) => {
    expect(await read({ toml, mode })).toMatchObject({
      problems: [],
      config: { mounts: { probeTimeoutMs: 5000 } },
    });
  });

  it.each([0o666, 0o620, 0o602])('counts for nothing where others may write: %o', async (mode) => {
    const loaded = await read({ toml, mode });
    expect(loaded).toMatchObject({ file: { state: 'refused' }, config: { mounts: DEFAULT_MOUNT_SETTINGS } });
    expect(loaded.problems.map(({ what }) => what).join()).toContain(`chmod go-w ${FILE}`);
  });

  it.each([
    [{ state: 'unreadable', because: 'is a directory' } as const, 'is a directory'],
    [fileOf(Uint8Array.of(0x61, 0x0a, 0xff, 0x0a)), 'is not UTF-8'],
    [fileOf('[mounts'), 'is not valid TOML'],
  ])('that cannot be understood counts for nothing, and the rest goes on: %j', async (file, words) => {
    const environment = { PVE_DOCTOR_MOUNT_TIMEOUT: '4', PVE_DOCTOR_CHANNEL_MAIL_PASSWORD: 'x' };
    const loaded = await read({ files: { [FILE]: file }, environment });
    expect(loaded).toMatchObject({ file: { state: 'refused' }, config: { mounts: { probeTimeoutMs: 4000 } } });
    expect(loaded.problems.map(({ what }) => what)).toEqual([expect.stringContaining(words)]);
  });

  it('has the line of the first byte that is no UTF-8', async () => {
    const bytes = new Uint8Array([...new TextEncoder().encode('# ä\n# b\nx = "'), 0xe4, 0x22]);
    expect(await problems({ toml: bytes })).toEqual(['3: is not UTF-8 text']);
  });

  it('may begin with a byte order mark and end its lines as Windows does', async () => {
    expect(await read({ toml: '\uFEFF[mounts]\r\nprobe_timeout = 5\r\n' })).toMatchObject({
      problems: [],
      config: { mounts: { probeTimeoutMs: 5000 } },
    });
    expect(await problems({ toml: '\uFEFF[mounts]\r\n\r\nx = 5\r\n' })).toEqual([expect.stringMatching(/^3: /)]);
  });

  it('that was asked for must be there', async () => {
    expect(await problems({ mustExist: true })).toEqual([expect.stringContaining('does not exist')]);
  });

  it('that is deeply nested is refused, not a crash', async () => {
    for (const text of [`a = ${'['.repeat(100_000)}`, `a = ${'{a='.repeat(100_000)}`, `${'a.'.repeat(200_000)}a = 1`])
      expect((await problems({ toml: text })).length).toBe(1);
  });
});
