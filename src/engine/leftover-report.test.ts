import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { readCapture } from '../../test/capture-files.ts';
import { memoryHost } from '../host/memory-host.ts';
import { DEFAULT_MOUNT_SETTINGS } from '../model/mounts/mounts.ts';
import { bytesOfRow, isBySize } from '../model/volumes/leftover-report.ts';
import { renderLeftoverJson, renderLeftovers } from '../render/leftovers.ts';
import { renderLeftoverCsv } from '../render/leftovers-csv.ts';
import { type Asked, readLeftovers } from './leftover-report.ts';

const schema: object = JSON.parse(readFileSync(new URL('../../docs/leftovers.schema.json', import.meta.url), 'utf8'));
const validate = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true }).compile(schema);

const EVERYTHING: Asked = { storage: null, vmid: null, olderThanMs: null };
const DAY = 86_400_000;

const reportOf = (situation: string, asked: Partial<Asked> = {}) =>
  readLeftovers(memoryHost(readCapture(situation)), 'capture', { ...EVERYTHING, ...asked }, DEFAULT_MOUNT_SETTINGS);

const volids = ({ volumes }: Awaited<ReturnType<typeof reportOf>>) => volumes.map(({ volid }) => volid);

describe('the list of leftovers', () => {
  it.each([
    'leftover-volumes',
    'guests-half-done',
    'volumes-left-behind-whole',
    'volumes-left-behind-server-away',
    'zfs-left-behind',
    'rbd-left-behind',
    'pmxcfs-no-quorum',
  ])('of %s is what the schema describes', async (situation) => {
    const report = await reportOf(situation);
    expect(validate(JSON.parse(renderLeftoverJson(report))), JSON.stringify(validate.errors)).toBe(true);
  });

  it('sums volumes, bytes, age and guests of each place', async () => {
    const { places } = await reportOf('zfs-left-behind');
    expect(places.filter(({ volumes }) => volumes > 0)).toMatchObject([
      { storeids: ['tank'], volumes: 3, snapshots: 3, state: 'read', unjudged: 1 },
    ]);
  });

  it('says where sizes stand for what nobody counted', async () => {
    const report = await reportOf('rbd-left-behind');
    const place = report.places.find(({ kind }) => kind === 'rbd');
    expect(place).toMatchObject({ volumes: 2, bytes: 20 * 1024 * 1024, bySize: 1, unsized: 1 });
    expect(report.volumes.map(({ name, heldBytes }) => [name, heldBytes])).toEqual([
      ['vm-108-disk-0', 4 * 1024 * 1024],
      ['vm-110-disk-0', null],
    ]);
    const text = renderLeftovers(report, { width: 200, colour: false, verbose: true });
    expect(text).toMatch(/hold up to 20 MiB\n/);
    expect(text).toMatch(/ceph +rbd +2 +1 +up to 20 MiB \+ /);
    expect(text).toContain('ceph:vm-108-disk-0 (4 MiB, disk');
    expect(text).toContain('ceph:vm-110-disk-0 (up to 16 MiB, disk');
  });

  it('takes no size for the bytes of a volume whose snapshots nobody counted', () => {
    const size = { heldBytes: null, sizeBytes: 1024 };
    expect([bytesOfRow({ ...size, snapshots: [] }), isBySize({ ...size, snapshots: [] })]).toEqual([1024, true]);
    expect([bytesOfRow({ ...size, snapshots: ['a'] }), isBySize({ ...size, snapshots: ['a'] })]).toEqual([null, false]);
    expect([
      bytesOfRow({ ...size, heldBytes: 0, snapshots: ['a'] }),
      isBySize({ ...size, heldBytes: 0, snapshots: [] }),
    ]).toEqual([0, false]);
  });

  it('is narrowed to a storage, a guest, an age', async () => {
    const whole = await reportOf('volumes-left-behind-whole');
    expect(whole.volumes.length).toBe(6);
    expect(volids(await reportOf('volumes-left-behind-whole', { storage: 'nas' }))).toEqual([
      'nas:300/vm-300-disk-0.qcow2',
    ]);
    expect(volids(await reportOf('volumes-left-behind-whole', { vmid: 104 }))).toEqual(['disks:104/vm-104-disk-0.raw']);
    expect(volids(await reportOf('volumes-left-behind-whole', { olderThanMs: DAY }))).toEqual([]);
    const old = await reportOf('zfs-left-behind', { olderThanMs: 365 * DAY });
    expect([old.volumes.length, old.snapshots.length]).toEqual([0, 1]);
  });

  it('says how many volumes an age leaves out because nothing tells theirs', async () => {
    const report = await reportOf('leftover-volumes', { olderThanMs: DAY });
    expect([report.volumes.length, report.ageless]).toEqual([0, 5]);
  });

  it('names every storage that could not be looked at, and calls nothing on it clean', async () => {
    const report = await reportOf('volumes-left-behind-server-away');
    expect(report.places.filter(({ state }) => state === 'unread').map(({ storeids }) => storeids)).toEqual([
      ['nas'],
      ['office'],
    ]);
    expect(report.notSeen.length).toBe(2);
    const narrowed = await reportOf('volumes-left-behind-server-away', { storage: 'nas' });
    expect(renderLeftovers(narrowed, { width: 80, colour: false, verbose: false })).toMatch(
      /^Nothing could be judged\n/,
    );
  });

  it('calls nothing a leftover without quorum', async () => {
    const report = await reportOf('pmxcfs-no-quorum');
    expect([report.volumes, report.places]).toEqual([[], []]);
    expect(report.notSeen.join()).toContain('quorum');
  });

  it('says of each what to find out first: other clusters, the other node, what else may use it', async () => {
    const { volumes } = await reportOf('volumes-left-behind-whole');
    const first = new Map(volumes.map((volume) => [volume.volid, volume.first]));
    expect(first.get('office:301/vm-301-disk-0.raw')).toContain('another cluster');
    expect(first.get('nas:300/vm-300-disk-0.qcow2')).toContain('which is not there; this may be it');
    expect(first.get('disks:200/vm-200-disk-0.raw')).toContain('node pve2');
    expect(first.get('disks:104/vm-104-disk-0.raw')).toContain('another image, a link, a mount');
  });

  it('shows each with its proof, and what cannot be known, when asked for everything', async () => {
    const report = await reportOf('volumes-left-behind-whole', { vmid: 104 });
    const text = renderLeftovers(report, { width: 100, colour: false, verbose: true });
    for (const part of [
      'no node has a guest 104',
      'first     find out whether another image',
      'no configuration that was read names; it does not say',
      'NOT KNOWN FROM HERE',
    ])
      expect(text).toContain(part);
  });
});

describe('the last task of a leftover’s guest', () => {
  it('is told in every form, and is no statement of who named the volume', async () => {
    const report = await reportOf('guests-half-done', { vmid: 120 });
    expect(report.volumes.map(({ lastTask }) => lastTask)).toEqual([
      {
        ...{ type: 'qmrestore', user: 'root@pam', status: 'no space left on device' },
        endedAt: '2026-11-16T03:26:33.000Z',
      },
    ]);
    expect(renderLeftoverCsv(report)).toContain(
      ',"qmrestore of root@pam, ended 2026-11-16T03:26:33.000Z: no space left on device"\r\n',
    );
    const text = renderLeftovers(report, { width: 200, colour: false, verbose: true });
    expect(text).toContain('the last task on this node that could change what guest 120 names: qmrestore of root@pam');
  });
});

describe('the list for spreadsheets', () => {
  it('is a line for each volume and snapshot', async () => {
    const report = await reportOf('zfs-left-behind');
    const lines = renderLeftoverCsv(report).split('\r\n');
    expect(lines.length).toBe(report.volumes.length + report.snapshots.length + 2);
  });

  it('gives no name to a spreadsheet as a formula, and quotes what separates', async () => {
    const report = await reportOf('volumes-left-behind-whole', { vmid: 104 });
    const [volume] = report.volumes;
    if (volume === undefined) throw new Error('no volume');
    const hostile = { ...volume, storage: null, volid: '=HYPERLINK("x",1)' };
    expect(renderLeftoverCsv({ ...report, volumes: [hostile] })).toContain(`\r\n,"'=HYPERLINK(""x"",1)",,104,`);
  });
});
