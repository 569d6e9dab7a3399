import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../host/commands.ts';
import type { CommandResult } from '../model/command-result.ts';
import type { ProcessTable } from '../model/host-facts.ts';
import type { ThinPool } from '../model/lvm/thin-pools.ts';
import { absent, known, unreadable } from '../model/reading.ts';
import { collectAutoextend } from './autoextend.ts';

const POOL: ThinPool = {
  ...{ name: 'pve-data-tpool', devNo: null, usedDataBlocks: 0, totalDataBlocks: 1, usedMetadataBlocks: 0 },
  ...{ totalMetadataBlocks: 1, mode: 'rw', needsCheck: false, errorsWhenFull: false },
};

/** As LVM 2.03.16 prints it. */
const SETTINGS =
  'activation {\n\tthin_pool_autoextend_threshold=70\n\tthin_pool_autoextend_percent=20\n\tmonitoring=1\n}\n';

const answer = (over: Partial<CommandResult>): CommandResult => ({
  ...{ argv: COMMANDS['lvm-settings'].argv, outcome: 'exited', exitCode: 0, stdout: SETTINGS, stderr: '' },
  ...{ truncated: false, durationMs: 1, ...over },
});

const running = (...names: readonly string[]) =>
  known<ProcessTable>({
    byPid: new Map(names.map((command, at) => [at + 2, { command, state: 'S', parentPid: 1, startTicks: 1 }] as const)),
  });

const collect = (over: Partial<CommandResult> = {}, pools = [POOL], processes = running('dmeventd')) =>
  collectAutoextend(async () => answer(over), known({ pools }), processes);

describe('how LVM extends thin pools', () => {
  it('is read from its settings and the list of processes', async () => {
    const settings = { thinPoolAutoextendThreshold: 70, thinPoolAutoextendPercent: 20, monitoring: true };
    expect(await collect()).toEqual(known(settings));
  });

  it('is not asked for without a thin pool, nor without dmeventd', async () => {
    const ask = () => Promise.reject(new Error('nobody is to be asked'));
    expect((await collectAutoextend(ask, known({ pools: [] }), running('dmeventd'))).state).toBe('absent');
    expect((await collectAutoextend(ask, absent('left out'), running('dmeventd'))).state).toBe('absent');
    expect((await collectAutoextend(ask, known({ pools: [POOL] }), running('qmeventd'))).state).toBe('absent');
  });

  it.each<[string, Partial<CommandResult>]>([
    ['it failed', { exitCode: 5 }],
    ['it was cut', { stdout: SETTINGS.slice(0, -2) }],
    ['a setting is missing', { stdout: SETTINGS.replace('\tmonitoring=1\n', '') }],
    ['a setting is no number', { stdout: SETTINGS.replace('=70', '="x"') }],
  ])('is not known where %s', async (_, over) => {
    expect((await collect(over)).state).toBe('unreadable');
  });

  it('is not known where nobody knows what runs', async () => {
    const processes = unreadable({ kind: 'denied', source: '/proc', detail: 'not permitted' });
    expect((await collectAutoextend(async () => answer({}), known({ pools: [POOL] }), processes)).state).toBe(
      'unreadable',
    );
  });
});
