import { describe, expect, it } from 'vitest';
import { memoryHost } from '../host/memory-host.ts';
import type { CapturedRun } from '../model/capture.ts';
import type { DmDevice } from '../model/device-mapper/device-mapper.ts';
import { known, unreadable } from '../model/reading.ts';
import { collectThinPools } from './target-status.ts';

const POOL: DmDevice = {
  ...{ name: 'pve-data-tpool', uuid: '', major: 253, minor: 5, openCount: 2, suspended: false, readOnly: false },
  table: [{ start: 0, length: 1048576, type: 'thin-pool', args: ['253:3', '253:4', '128', '0', '0'] }],
};
const LINE = 'pve-data-tpool: 0 1048576 thin-pool 2 112/1024 7/8192 - rw discard_passdown queue_if_no_space - 256 ';

const collect = (run: CapturedRun, devices: readonly DmDevice[] = [POOL]) =>
  collectThinPools(
    memoryHost({ commands: { 'dmsetup-status-thin-pool': run } }),
    known({ devices, changedMeanwhile: [] }),
  );

describe('collectThinPools', () => {
  it('reads how full the pools are', async () => {
    expect(await collect({ stdout: [LINE] })).toMatchObject({
      state: 'known',
      value: { pools: [{ name: 'pve-data-tpool', devNo: '253:5', usedDataBlocks: 7, totalDataBlocks: 8192 }] },
    });
  });

  it('asks nothing of a node without pools', async () => {
    expect(await collect({ outcome: 'not-found' }, [])).toEqual({ state: 'known', value: { pools: [] } });
  });

  it('is unreadable when a pool is missing from the output', async () => {
    const other = { ...POOL, name: 'other', minor: 9 };
    expect(await collect({ stdout: [LINE] }, [POOL, other])).toMatchObject({ problem: { kind: 'truncated' } });
    expect(await collect({ stdout: ['No devices found'] })).toMatchObject({ problem: { kind: 'truncated' } });
    expect(await collect({ stdout: LINE })).toMatchObject({ problem: { kind: 'truncated' } });
    expect(await collect({ exitCode: 1 })).toMatchObject({ problem: { kind: 'failed', source: 'dmsetup status' } });
  });

  it('is what device-mapper is when that could not be read', async () => {
    const hidden = unreadable({ kind: 'denied', source: 'dmsetup info', detail: 'was denied access' });
    expect(await collectThinPools(memoryHost({}), hidden)).toBe(hidden);
  });
});
