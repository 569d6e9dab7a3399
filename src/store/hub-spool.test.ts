import { chmodSync, mkdirSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { removeScratch, scratchDirectory } from '../../test/store/scratch.ts';
import { beyondLimits, dropSpooled, readSpooled, SPOOL_LIMITS, spool, spooled, tidySpool } from './hub-spool.ts';

let directory = '';
beforeEach(() => {
  directory = join(scratchDirectory(), 'hub', 'spool');
});
afterAll(removeScratch);

const NOW = Date.parse('2026-11-23T12:00:00.000Z');
const at = (minutes: number): string => new Date(NOW + minutes * 60_000).toISOString();
const keep = async (minutes: number, size = 10, limits = SPOOL_LIMITS) => {
  const body = gzipSync(Buffer.alloc(size, 'x'), { level: 0 });
  await spool(directory, { takenAt: at(minutes), contentDigest: 'ab'.repeat(32), body });
  tidySpool(directory, NOW);
  return beyondLimits(directory, limits).filter(dropSpooled).length;
};
const times = () => spooled(directory).map(({ takenAt }) => takenAt);

describe('what waits for a hub', () => {
  it('is nothing where nothing was kept', () => {
    expect(spooled(directory)).toEqual([]);
  });

  it('is in the order in which it was taken, whole, and for its owner alone', async () => {
    for (const minutes of [30, 0, 15]) expect(await keep(minutes)).toBe(0);
    expect(times()).toEqual([at(0), at(15), at(30)]);
    const [oldest] = spooled(directory);
    expect(gunzipSync(readSpooled(oldest ?? fail()) ?? fail()).toString()).toBe('x'.repeat(10));
    expect(oldest?.contentDigest).toBe('ab'.repeat(32));
  });

  it('is one report where the same look is kept twice', async () => {
    await keep(0);
    await keep(0);
    expect(times()).toEqual([at(0)]);
  });

  it('loses the oldest where there are too many, and says how many', async () => {
    const limits = { count: 3, bytes: 1e9 };
    for (const minutes of [0, 15, 30]) await keep(minutes, 10, limits);
    expect(await keep(45, 10, limits)).toBe(1);
    expect(times()).toEqual([at(15), at(30), at(45)]);
  });

  it('loses the oldest where they are too large', async () => {
    const limits = { count: 96, bytes: 2500 };
    await keep(0, 1000, limits);
    await keep(15, 1000, limits);
    expect(await keep(30, 1000, limits)).toBe(1);
    expect(times()).toEqual([at(15), at(30)]);
  });

  it('is not what a killed process left half written, which goes after an hour', async () => {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const [old, young] = ['a.gz.0123456789ab.tmp', 'b.gz.0123456789ab.tmp'];
    for (const name of [old, young]) writeFileSync(join(directory, name), 'half');
    utimesSync(join(directory, old), NOW / 1000 - 7200, NOW / 1000 - 7200);
    utimesSync(join(directory, young), NOW / 1000, NOW / 1000);
    await keep(0);
    expect(times()).toEqual([at(0)]);
    expect(readdirSync(directory).sort()).toEqual([expect.stringContaining(at(0)), young].sort());
  });

  it('is set aside where it cannot be unpacked, the newest of those', async () => {
    await keep(0);
    await keep(15);
    for (const one of spooled(directory)) {
      writeFileSync(one.path, 'no gzip');
      expect(readSpooled(one)).toBeNull();
    }
    expect(readdirSync(directory)).toEqual(['damaged']);
  });

  it('is not read through a link, and not where others may write', async () => {
    await keep(0);
    const [one] = spooled(directory);
    const link = { ...(one ?? fail()), path: `${one?.path.replace('ab.gz', 'cd.gz')}` };
    symlinkSync(one?.path ?? '', link.path);
    expect(spooled(directory)).toHaveLength(1);
    expect(readSpooled(link)).toBeNull();
    chmodSync(directory, 0o777);
    await expect(keep(15)).rejects.toThrow('other users may write');
  });

  it('is gone when the hub has it', async () => {
    await keep(0);
    for (const one of spooled(directory)) dropSpooled(one);
    expect(times()).toEqual([]);
  });

  it('is no report of a year that has five digits', async () => {
    await expect(keep(5e9)).rejects.toThrow('the clock of this node is wrong');
  });
});

function fail(): never {
  throw new Error('nothing waits');
}
