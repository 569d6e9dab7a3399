import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BeneathRequest } from './host.ts';
import { lookBeneath } from './look-beneath.ts';

/** chroot(2) and mount(2) are for root. */
const asRoot = it.runIf(process.getuid?.() === 0);

describe('looking beneath', () => {
  let directory = '';
  const look = async (...requests: readonly BeneathRequest[]) => lookBeneath(requests);
  const inside = (path: string): BeneathRequest => ({ path, bindFrom: null, root: directory });

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'beneath-'));
    const place = join(directory, 'mnt', 'a*b');
    mkdirSync(join(place, 'deep'), { recursive: true });
    writeFileSync(join(place, 'old'), 'x'.repeat(5000));
    writeFileSync(join(place, 'deep', 'new [1]\n.vma'), 'x'.repeat(10_000));
    utimesSync(join(place, 'old'), 1000, 1000);
    for (const name of [join(place, 'link'), join(directory, 'astray')]) symlinkSync('/usr', name);
    writeFileSync(join(directory, 'file'), '');
    mkdirSync(join(directory, 'empty'));
  });

  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  asRoot('adds up a directory without following links', async () => {
    const [seen, ...others] = await look(
      inside(join(directory, 'mnt', 'a*b')),
      ...['astray/bin', 'none', 'file', 'file/in'].map((name) => inside(join(directory, name))),
    );
    expect(seen).toMatchObject({
      state: 'known',
      value: { files: 2, newestPath: 'deep/new [1]\n.vma', complete: true },
    });
    expect(others.map(({ state }) => state)).toEqual(['absent', 'absent', 'absent', 'absent']);
  });

  asRoot('looks into a hundred directories in one child', async () => {
    for (let at = 0; at < 100; at += 1) {
      mkdirSync(join(directory, 'many', `${at}`), { recursive: true });
      if (at % 2 === 0) writeFileSync(join(directory, 'many', `${at}`, 'file'), 'text');
    }
    const seen = await look(...Array.from({ length: 100 }, (_, at) => inside(join(directory, 'many', `${at}`))));
    expect(seen.map((one) => (one.state === 'known' ? [one.value.files, one.value.complete] : one))).toEqual(
      Array.from({ length: 100 }, (_, at) => [at % 2 === 0 ? 1 : 0, true]),
    );
  });

  asRoot('says of each what could not be looked into, and goes on with the others', async () => {
    const seen = await look(
      { path: '/no/such/root/at/all', bindFrom: null, root: '/no/such/root' },
      inside(join(directory, 'empty')),
      { path: '/no/such/mount/at/all', bindFrom: '/no/such/mount', root: '/' },
    );
    expect(seen).toMatchObject([
      { state: 'unreadable', problem: { kind: 'failed', detail: 'No such file or directory' } },
      { state: 'known', value: { files: 0, complete: true } },
      {
        state: 'unreadable',
        problem: { detail: 'what is mounted on /no/such/mount could not be mounted a second time' },
      },
    ]);
  });

  asRoot('sees the directory under a mount, and the mount table stays as it was', async () => {
    const before = readFileSync('/proc/self/mountinfo', 'utf8');
    const [seen, filled] = await look(
      { path: '/proc', bindFrom: '/', root: '/' },
      { path: directory, bindFrom: '/', root: '/' },
    );
    expect(seen).toMatchObject({ state: 'known', value: { files: 0, complete: true } });
    expect(filled?.state).toBe('known');
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).toBe(before);
  });
});
