import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { takeLock } from '../host/held-lock.ts';
import { liveAccess } from './live-access.ts';

const folder = mkdtempSync(join(tmpdir(), 'pve-doctor-access-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let made = 0;

/** A path that no other test, and no other run of this one, has locked. */
function fresh(name: string): string {
  made += 1;
  return join(folder, `${made}`, name);
}

describe('the locks of guests', () => {
  const { lockGuests } = liveAccess({ append: async () => undefined } as never);

  it('are all held until they are given back', async () => {
    const paths = [fresh('lock-100.conf'), fresh('lock-101.conf')];
    const locks = await lockGuests(paths);
    if ('refused' in locks) throw new Error(locks.refused);
    expect(locks.stillHeld()).toEqual(paths);
    expect(locks.descriptors).toHaveLength(2);
    locks.release();
    expect(locks.stillHeld()).toEqual([]);
  });

  it('are none at all where one cannot be had', async () => {
    const paths = [fresh('lock-200.conf'), fresh('lock-201.conf')];
    const others = await takeLock(paths[1] ?? '');
    if ('refused' in others) throw new Error(others.refused);
    expect(await lockGuests(paths)).toEqual({ refused: expect.stringContaining('lock-201.conf') });
    const first = await takeLock(paths[0] ?? '');
    expect(first).not.toHaveProperty('refused');
    if ('release' in first) first.release();
    others.release();
  });
});
