import { describe, expect, it } from 'vitest';
import type { Host } from '../host/host.ts';
import { type HostContents, memoryHost } from '../host/memory-host.ts';
import type { CapturedRun } from '../model/capture.ts';
import { whyNot } from '../model/reading.ts';
import type { PlaceContents, VolumePlace } from '../model/volumes/volumes.ts';
import { parseStorageCfg } from '../parse/storage-cfg.ts';
import { dumped } from '../redact/ceph.ts';
import { type Asking, rbdPlaces } from './rbd-places.ts';

const NOBODY: Asking = { isMentioned: () => true, isStopped: () => false };
const EARLY = '2026-10-01T00:00:00.000Z';

const removal = (imageId: string, name: string, source = 3): string =>
  dumped({ imageId, name, source, deletedAt: EARLY, protectedUntil: EARLY });

/** Answers of a pool with these images, each `name` or `name=number`. */
function pool(storeid: string, images: readonly string[], over: Readonly<Record<string, CapturedRun>> = {}) {
  const rows = images.map((image) => image.split('='));
  const listed = rows.map(([name, id = '1']) => ({ image: name, id, size: 1024, format: 2 }));
  return {
    [`${storeid} rbd ls`]: { stdout: JSON.stringify(rows.map(([name]) => name)) },
    [`${storeid} rbd ls -l`]: { stdout: JSON.stringify(listed) },
    [`${storeid} rados listomapvals rbd_trash`]: {
      ...{ exitCode: 1, stderr: 'error getting omap keys rbd/rbd_trash: (2) No such file or directory\n' },
    },
    ...Object.fromEntries(Object.entries(over).map(([question, run]) => [`${storeid} ${question}`, run])),
  };
}

const CFG = 'rbd: ceph\n\tpool rbd\n';
const places = (ceph: HostContents['ceph'], cfg = CFG, asking = NOBODY): Promise<readonly VolumePlace[]> =>
  rbdPlaces(
    memoryHost({ ceph: ceph ?? {} }),
    parseStorageCfg(cfg).storages.filter(({ type }) => type === 'rbd'),
    asking,
  );

async function contents(ceph: HostContents['ceph'], asking = NOBODY): Promise<PlaceContents> {
  const [place] = await places(ceph, CFG, asking);
  if (place?.contents.state !== 'known')
    throw new Error(place === undefined ? 'no place' : (whyNot(place.contents) ?? ''));
  return place.contents.value;
}

describe('pools of Ceph', () => {
  it('are one place where two storages mean them, however they reach them', async () => {
    const cfg = `${CFG}\nrbd: again\n\tpool rbd\n\nrbd: far\n\tpool rbd\n\tmonhost 192.0.2.1\n\nrbd: other\n\tpool rbd\n\tnamespace one\n`;
    const found = await places(
      {
        ...pool('ceph', ['vm-1-disk-0=10']),
        ...pool('far', ['vm-1-disk-0=10', 'vm-2-disk-0=11']),
        ...pool('other', ['vm-1-disk-0=10']),
      },
      cfg,
    );
    expect(found.map(({ reach }) => reach)).toEqual([undefined, undefined]);
    expect(found.map(({ storeids, where }) => [where, ...storeids])).toEqual([
      ['rbd', 'ceph', 'again', 'far'],
      ['rbd/one', 'other'],
    ]);
  });

  it('of another cluster are reached as Proxmox VE does', async () => {
    const [far] = await places(pool('far', []), 'rbd: far\n\tpool rbd\n\tmonhost 192.0.2.1\n\tusername pve\n');
    expect(far?.reach?.join(' ')).toBe('-m 192.0.2.1 --auth_supported none -n client.pve');
  });

  it('are unknown where a name of theirs is given to no command, and where nobody answered', async () => {
    const [refused] = await places({}, 'rbd: ceph\n\tpool -x\n');
    expect(refused && whyNot(refused.contents)).toContain('gives to no command');
    const [silent] = await places({ 'ceph rbd ls': { outcome: 'timed-out', durationMs: 12_000 } });
    expect(silent && whyNot(silent.contents)).toBe('storage ceph, rbd ls: did not end within 12 s');
  });

  // Ceph 16.2.15.
  it.each([
    ['a missing pool', 2, "rbd: error opening pool 'nopool': (2) No such file or directory\n"],
    ['a missing namespace', 2, "rbd: namespace 'nons' does not exist.\n"],
    ['a wrong key', 13, "rbd: couldn't connect to the cluster!\n(13) Permission denied\n"],
    ['a missing keyring', 2, "auth: unable to find a keyring on /x\nrbd: couldn't connect to the cluster!\n"],
    ['a missing configuration', 1, 'global_init: unable to open config file from search list /x\n'],
    ['an unknown option', 1, "rbd: unrecognised option '--x'\n"],
    ['a monitor that does not answer', 110, 'monclient(hunting): authenticate timed out after 5\n'],
    ['an OSD that does not answer', 110, 'list_images: error listing v1 images: (110) Connection timed out\n'],
  ])('are unknown, and never empty, with %s', async (_, exitCode, stderr) => {
    for (const question of ['rbd ls', 'rbd ls -l']) {
      const [place] = await places(pool('ceph', [], { [question]: { exitCode, stderr } }));
      expect(place?.contents.state).toBe('unreadable');
    }
  });

  it('count what is none of a guest', async () => {
    expect(await contents(pool('ceph', ['csi-vol-1=2', 'vm-1-disk-0']))).toMatchObject({
      foreign: 1,
      volumes: [{ vmid: 1 }],
    });
  });
});

describe('images that cannot be opened', () => {
  const broken = (over: Readonly<Record<string, CapturedRun>>) =>
    pool('ceph', ['vm-1-disk-0=10'], {
      'rbd ls': { stdout: '["vm-1-disk-0","vm-5-disk-0"]' },
      'rbd ls -l': {
        exitCode: 2,
        stdout: '[{"image":"vm-1-disk-0","id":"10","size":1}]',
        stderr: 'rbd: error opening vm-5-disk-0\n',
      },
      ...over,
    });

  it('are half removed where the trash says so, and no volume', async () => {
    const { volumes, rbd } = await contents(
      broken({
        'rados listomapvals rbd_trash': { stdout: removal('55', 'vm-5-disk-0') },
        'rados listwatchers rbd_header.55': {},
      }),
    );
    expect(volumes.map(({ name }) => name)).toEqual(['vm-1-disk-0']);
    expect(rbd?.trash).toMatchObject({ value: { removals: [{ imageId: '55', held: false, doubled: false }] } });
  });

  it('are volumes of which nothing is known where it does not', async () => {
    const { volumes } = await contents(broken({}));
    expect(volumes[1]).toMatchObject({ name: 'vm-5-disk-0', unread: 'rbd could not open it', touchedAt: null });
    const { volumes: blind, rbd } = await contents(broken({ 'rados listomapvals rbd_trash': { exitCode: 13 } }));
    expect([blind.length, rbd?.trash.state]).toEqual([2, 'unreadable']);
  });

  it('share a name with an image that was made since', async () => {
    const { volumes, rbd } = await contents(
      pool('ceph', ['vm-5-disk-0=55', 'vm-5-disk-0=66'], {
        'rados listomapvals rbd_trash': { stdout: removal('55', 'vm-5-disk-0') },
        'rados listwatchers rbd_header.55': {},
      }),
    );
    expect(volumes).toMatchObject([{ name: 'vm-5-disk-0', rbd: { imageId: '66' } }]);
    expect(rbd?.trash).toMatchObject({ value: { removals: [{ imageId: '55', doubled: true }] } });
  });

  it('are gone where their header is', async () => {
    const stderr = 'error listing watchers rbd/rbd_header.55: (2) No such file or directory\n';
    const { rbd } = await contents(
      broken({
        'rados listomapvals rbd_trash': { stdout: removal('55', 'vm-5-disk-0') },
        'rados listwatchers rbd_header.55': { exitCode: 1, stderr },
      }),
    );
    expect(rbd?.trash).toMatchObject({ value: { removals: [] } });
  });
});

describe('single images', () => {
  const asked: Asking = { isMentioned: (name) => name !== 'vm-9-disk-0', isStopped: (vmid) => vmid === 1 };

  it('are asked where nobody seems to need them, or where they are locked and their guest is stopped', async () => {
    const locked = (name: string, id: string) => ({ image: name, id, size: 1, lock_type: 'exclusive' });
    const rows = [
      locked('vm-1-disk-0', '10'),
      locked('vm-2-disk-0', '11'),
      { image: 'vm-9-disk-0', id: '12', size: 1 },
    ];
    const watched = { stdout: '{"watchers":[{"address":"192.0.2.9:0/1","client":1,"cookie":1}]}' };
    const info = { stdout: '{"size":1,"create_timestamp":"Sun Nov 22 22:06:42 2026"}' };
    const { volumes } = await contents(
      pool('ceph', ['vm-1-disk-0', 'vm-2-disk-0', 'vm-9-disk-0'], {
        'rbd ls -l': { stdout: JSON.stringify(rows) },
        ...{ 'rbd info vm-1-disk-0': info, 'rbd status vm-1-disk-0': watched },
        ...{ 'rbd info vm-2-disk-0': info, 'rbd status vm-2-disk-0': watched },
        ...{ 'rbd info vm-9-disk-0': info, 'rbd status vm-9-disk-0': { stdout: '{"watchers":[]}' } },
      }),
      asked,
    );
    expect(volumes.map(({ touchedAt, rbd }) => [touchedAt, rbd?.watchers])).toEqual([
      ['2026-11-22T22:06:42.000Z', ['192.0.2.9']],
      [null, null],
      ['2026-11-22T22:06:42.000Z', []],
    ]);
  });

  describe('without a lock, of a stopped guest', () => {
    const watched = { stdout: '{"watchers":[{"address":"192.0.2.9:0/1","client":1,"cookie":1}]}' };
    const facts = async (over: Readonly<Record<string, CapturedRun>>) =>
      (await contents(pool('ceph', ['vm-1-disk-0', 'vm-2-disk-0'], over), asked)).volumes.map(({ rbd }) => rbd);

    it('are asked who has them open, and then whether mirroring does', async () => {
      const info = { stdout: '{"size":1,"mirroring":{"primary":false}}' };
      expect(await facts({ 'rbd status vm-1-disk-0': watched, 'rbd info vm-1-disk-0': info })).toMatchObject([
        { locked: false, watchers: ['192.0.2.9'], mirrored: true },
        { watchers: null },
      ]);
      expect(await facts({ 'rbd status vm-1-disk-0': watched })).toMatchObject([{ mirrored: null }, {}]);
    });

    it('are open to nobody only where that was read', async () => {
      expect(await facts({ 'rbd status vm-1-disk-0': { stdout: '{"watchers":[]}' } })).toMatchObject([
        { watchers: [], mirrored: false },
        { watchers: null },
      ]);
      expect(await facts({ 'rbd status vm-1-disk-0': { exitCode: 110 } })).toMatchObject([{ watchers: null }, {}]);
    });
  });

  describe('are counted in bytes', () => {
    const MAPPED = JSON.stringify({ size: 4096, features: ['object-map', 'fast-diff'], op_features: [], flags: [] });
    const USED: CapturedRun = { stdout: '{"images":[{"name":"vm-9-disk-0","used_size":1024}]}' };

    async function held(over: Readonly<Record<string, CapturedRun>>): Promise<number | null | undefined> {
      const { volumes } = await contents(
        pool('ceph', ['vm-9-disk-0=12'], {
          'rbd info vm-9-disk-0': { stdout: MAPPED },
          'rbd status vm-9-disk-0': { stdout: '{"watchers":[]}' },
          'rbd du vm-9-disk-0': USED,
          ...over,
        }),
        asked,
      );
      return volumes[0]?.heldBytes;
    }

    it('where nobody seems to need them', async () => expect(await held({})).toBe(1024));

    it.each<[string, Readonly<Record<string, CapturedRun>>]>([
      ['they have no object map', { 'rbd info vm-9-disk-0': { stdout: '{"size":4096,"features":[],"flags":[]}' } }],
      [
        'a client has them open',
        { 'rbd status vm-9-disk-0': { stdout: '{"watchers":[{"address":"192.0.2.9:0/1"}]}' } },
      ],
      ['who has them open is not known', { 'rbd status vm-9-disk-0': { exitCode: 13 } }],
      ['the count did not end in time', { 'rbd du vm-9-disk-0': { outcome: 'timed-out', durationMs: 5000 } }],
      ['the count is not whole', { 'rbd du vm-9-disk-0': { stdout: '{"images":[]}' } }],
      ['the count failed', { 'rbd du vm-9-disk-0': { ...USED, exitCode: 2 } }],
    ])('but not where %s', async (_, over) => expect(await held(over)).toBeNull());

    it('and no longer than a pool is worth', async () => {
      const images = Array.from({ length: 12 }, (_, at) => `vm-${at + 20}-disk-0`);
      const answers = images.flatMap((name): [string, CapturedRun][] => [
        [`rbd info ${name}`, { stdout: MAPPED }],
        [`rbd status ${name}`, { stdout: '{"watchers":[]}' }],
        [`rbd du ${name}`, USED],
      ]);
      const memory = memoryHost({ ceph: pool('ceph', images, Object.fromEntries(answers)) });
      let elapsedMs = 0;
      const slow: Host = {
        ...memory,
        elapsedMs: () => elapsedMs,
        askCeph: (requests) => {
          if (requests.some(({ question }) => question.ask === 'usage')) elapsedMs += 6000;
          return memory.askCeph(requests);
        },
      };
      const storages = parseStorageCfg(CFG).storages.filter(({ type }) => type === 'rbd');
      const [place] = await rbdPlaces(slow, storages, { isMentioned: () => false, isStopped: () => false });
      const volumes = place?.contents.state === 'known' ? place.contents.value.volumes : [];
      expect(volumes.filter(({ heldBytes }) => heldBytes === 1024)).toHaveLength(8);
      expect(volumes.filter(({ heldBytes }) => heldBytes === null)).toHaveLength(4);
    });
  });
});
