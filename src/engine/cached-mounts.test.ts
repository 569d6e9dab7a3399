import { describe, expect, it } from 'vitest';
import { type MountReport, withTotals } from '../model/mounts/mount-report.ts';
import { cachedMounts } from './cached-mounts.ts';

const empty: MountReport = {
  ...{
    schemaVersion: 1,
    toolVersion: '0',
    takenAt: '',
    durationMs: 0,
    source: 'live',
    node: '',
    ...withTotals([]),
    notSeen: [],
  },
};

function counted() {
  let [reads, now] = [0, 0];
  const read = async (): Promise<MountReport> => {
    reads += 1;
    return { ...empty, takenAt: String(reads) };
  };
  return { mounts: cachedMounts(read, () => now), pass: (ms: number) => (now += ms), reads: () => reads };
}

describe('cached mounts', () => {
  it('are read once a minute', async () => {
    const { mounts, pass, reads } = counted();
    await mounts();
    pass(59_999);
    expect((await mounts()).takenAt).toBe('1');
    pass(2);
    expect((await mounts()).takenAt).toBe('2');
    expect(reads()).toBe(2);
  });

  it('are read anew by force, and are not read twice at the same time', async () => {
    const { mounts, reads } = counted();
    await Promise.all([mounts(), mounts()]);
    expect(reads()).toBe(1);
    await mounts({ force: true });
    expect(reads()).toBe(2);
  });
});
