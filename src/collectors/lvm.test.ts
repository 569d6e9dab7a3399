import { describe, expect, it } from 'vitest';
import type { Host } from '../host/host.ts';
import { type HostContents, memoryHost } from '../host/memory-host.ts';
import type { CapturedRun } from '../model/capture.ts';
import type { BlockDevices } from '../model/device-mapper/block-devices.ts';
import type { DmDevice } from '../model/device-mapper/device-mapper.ts';
import { absent, known, type Reading, unreadable } from '../model/reading.ts';
import { collectLvm } from './lvm.ts';
import { collectProcesses } from './processes.ts';
import { collectTargetStatuses } from './target-status.ts';

const REPORT = [
  '{"report": [{"vg": [{"vg_name":"pve", "vg_uuid":"a-b", "vg_extent_size":"4194304", "vg_size":"8", "vg_free":"0",',
  '"lv_count":"0", "vg_missing_pv_count":"0"}], "pv": [], "lv": [], "pvseg": [], "seg": []}]}',
];
const OK: CapturedRun = { stdout: REPORT };
const BUSY: CapturedRun = { exitCode: 5, stderr: ['  Volume group "x" not found'] };

const device = (change: Partial<DmDevice>): DmDevice => ({
  ...{ name: 'a', uuid: '', major: 253, minor: 0, openCount: 0, suspended: false, readOnly: false, table: [] },
  ...change,
});

const NO_BLOCKS = absent('/sys/dev/block does not exist');

const collectFrom = async (
  host: Host,
  devices: readonly DmDevice[] = [],
  blockDevices: Reading<BlockDevices> = NO_BLOCKS,
) =>
  collectLvm(host, known({ devices, changedMeanwhile: [] }), {
    blockDevices,
    targetStatuses: await collectTargetStatuses(host, known({ devices, changedMeanwhile: [] })),
    processes: await collectProcesses(host),
  });

const collect = (contents: HostContents, devices?: readonly DmDevice[], blockDevices?: Reading<BlockDevices>) =>
  collectFrom(memoryHost(contents), devices, blockDevices);

const runs = (...list: readonly CapturedRun[]) => ({ commands: { 'lvm-fullreport': list } });

const notRun = {
  state: 'unreadable',
  problem: { source: 'lvm fullreport', detail: expect.stringContaining('not run') },
};

describe('collectLvm', () => {
  it('reads the report', async () => {
    expect(await collect(runs(OK))).toMatchObject({
      state: 'known',
      value: { vgs: [{ vgName: 'pve', vgUuid: 'ab' }] },
    });
  });

  it('asks an LVM that does not know autoactivation without it', async () => {
    const commands = {
      'lvm-fullreport': { exitCode: 5, stderr: ['  Unrecognised field: vg_autoactivation'] },
      'lvm-fullreport-old': [BUSY, OK],
    };
    expect((await collect({ commands })).state).toBe('known');
  });

  it('runs it once more when metadata was being changed, and not a third time', async () => {
    expect((await collect(runs(BUSY, OK))).state).toBe('known');
    expect((await collect(runs({ stdout: REPORT.slice(0, 1) }, OK))).state).toBe('known');
    expect(await collect(runs(BUSY, BUSY, OK))).toMatchObject({ problem: { kind: 'failed', exitCode: 5 } });
  });

  it('does not run it again after a timeout', async () => {
    expect(await collect(runs({ outcome: 'timed-out' }, OK))).toMatchObject({ problem: { kind: 'timed-out' } });
  });

  it('is absent without LVM, but not where its volumes are active', async () => {
    const missing = runs({ outcome: 'not-found' });
    expect((await collect(missing)).state).toBe('absent');
    const volume = device({ uuid: `LVM-${'v'.repeat(32)}${'l'.repeat(32)}` });
    expect((await collect(missing, [volume])).state).toBe('unreadable');
  });

  it('does not believe the empty report that LVM gives without root rights', async () => {
    const stderr = ['  WARNING: Running as a non-root user. Functionality may be unavailable.'];
    expect(await collect(runs({ stdout: ['{"report":[]}'], stderr }))).toMatchObject({ problem: { kind: 'denied' } });
  });

  it('is not run while a device is suspended', async () => {
    expect(await collect(runs(OK), [device({ suspended: true })])).toMatchObject(notRun);
  });

  it('is what device-mapper is when that could not be read', async () => {
    const hidden = unreadable({ kind: 'denied', source: 'dmsetup info', detail: 'was denied access' });
    expect(
      await collectLvm(memoryHost(runs(OK)), hidden, {
        blockDevices: NO_BLOCKS,
        targetStatuses: hidden,
        processes: absent('/proc'),
      }),
    ).toBe(hidden);
  });

  describe('with a multipath map', () => {
    const map = (args: string) =>
      device({ table: [{ start: 0, length: 8, type: 'multipath', args: args.split(' ') }] });
    const queueing = map('1 queue_if_no_path 0 1 1 service-time 0 2 2 8:0 1 1 8:16 1 1');
    const failing = map('0 0 1 1 service-time 0 2 2 8:0 1 1 8:16 1 1');
    const paths = (states: Readonly<Record<string, string>>) =>
      known({
        devices: new Map(
          Object.entries(states).map(([devNo, state]) => [
            devNo,
            { devNo, kernelName: 'sd', holders: [], state, disk: null, wwid: '' },
          ]),
        ),
      });

    it.each([
      ['is not run when it queues and every path is gone', queueing, {}, 'unreadable'],
      ['is not run when it queues and every path is offline', queueing, { '8:0': 'offline' }, 'unreadable'],
      [
        'is not run when it queues and paths are blocked',
        queueing,
        { '8:0': 'blocked', '8:16': 'transport-offline' },
        'unreadable',
      ],
      ['is run while one path works', queueing, { '8:0': 'offline', '8:16': 'running' }, 'known'],
      ['is run while a path has no state to show', queueing, { '8:16': '' }, 'known'],
      ['is run when the map fails its reads instead', failing, {}, 'known'],
    ])('%s', async (_, mapped, states, state) => {
      expect((await collect(runs(OK), [mapped], paths(states))).state).toBe(state);
    });

    it('is run when paths cannot be looked at', async () => {
      expect((await collect(runs(OK), [queueing])).state).toBe('known');
    });
  });

  describe('with another LVM command', () => {
    const other = (command: string, state: string, startTicks: number) => ({
      ...runs(OK),
      files: {
        '/proc/uptime': '1000.00 1900.00\n',
        '/proc/7/stat': `7 (${command}) ${state} 1 7 7 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 ${startTicks} 1 1 1\n`,
        '/proc/7/status': `Name:\t${command}\nvoluntary_ctxt_switches:\t9\nnonvoluntary_ctxt_switches:\t1\n`,
      },
    });

    it.each([
      ['is not run beside one in uninterruptible sleep', 'lvm', 'D', 99_900, 'unreadable'],
      ['is not run beside a report that rests for long', 'vgs', 'S', 50_000, 'unreadable'],
      ['is run beside a young one', 'vgs', 'S', 99_900, 'known'],
      ['is run beside one that may rest at a question', 'lvremove', 'S', 50_000, 'known'],
      ['is run beside a daemon of LVM', 'dmeventd', 'D', 50_000, 'known'],
    ])('%s', async (_, command, processState, startTicks, state) => {
      expect((await collect(other(command, processState, startTicks))).state).toBe(state);
    });

    it('names the process', async () => {
      expect(await collect(other('lvs', 'D', 1))).toMatchObject({
        problem: { detail: expect.stringContaining('lvs (process 7) hangs') },
      });
    });

    it('is run beside one that works', async () => {
      const contents = other('vgs', 'D', 1);
      const inner = memoryHost(contents);
      let steps = 0;
      const host: typeof inner = {
        ...inner,
        readFiles: async (paths) => {
          const readings = await inner.readFiles(paths);
          return readings.map((reading, at) =>
            paths[at]?.endsWith('/status') ? known(`voluntary_ctxt_switches:\t${steps++}\n`) : reading,
          );
        },
      };
      expect((await collectFrom(host)).state).toBe('known');
    });
  });
});
