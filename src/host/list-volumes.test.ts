import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ImageHeader, parseVolumeListing, type VolumeListing } from '../parse/volume-listing.ts';
import { probeAll } from './probe.ts';

/** The program that lists a directory, on a real one: what a header says, and that no header stops it. */

const root = mkdtempSync(`${tmpdir()}/list-volumes-`);

interface Header {
  readonly backing: string;
  readonly snapshots: readonly string[];
  readonly size: number;
  /** Incompatible features. */
  readonly features: bigint;
  /** How many snapshots it claims. */
  readonly count: number;
}

/** A header of qcow2 version 3 with a backing file and snapshots (QEMU docs/interop/qcow2.txt). */
function qcow2({ backing = '', snapshots = [], size = 1 << 30, ...more }: Partial<Header>): Buffer {
  const head = Buffer.alloc(512);
  head.write('QFI\u00fb', 'latin1');
  head.writeUInt32BE(3, 4);
  head.writeBigUInt64BE(backing === '' ? 0n : 112n, 8);
  head.writeUInt32BE(Buffer.byteLength(backing), 16);
  head.writeBigUInt64BE(BigInt(size), 24);
  head.writeUInt32BE(more.count ?? snapshots.length, 60);
  head.writeBigUInt64BE(512n, 64);
  head.writeBigUInt64BE(more.features ?? 0n, 72);
  head.write(backing, 112);
  return Buffer.concat([head, ...snapshots.map(snapshotEntry)]);
}

function snapshotEntry(name: string): Buffer {
  const [extra, id] = [16, '1'];
  const entry = Buffer.alloc((40 + extra + id.length + name.length + 7) & ~7);
  entry.writeUInt16BE(id.length, 12);
  entry.writeUInt16BE(name.length, 14);
  entry.writeUInt32BE(1_790_000_000, 16);
  entry.writeUInt32BE(extra, 36);
  entry.write(`${id}${name}`, 40 + extra);
  return entry;
}

/** Enough pseudo-random bytes, the same in every run. */
function noise(seed: number, length: number): Buffer {
  let state = seed * 2_654_435_761;
  return Buffer.from(
    Array.from({ length }, () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state >>> 24;
    }),
  );
}

async function listed(directory: string): Promise<VolumeListing | null> {
  const path = `${root}/${directory}`;
  const [result] = await probeAll([{ kind: 'volumes', path, key: path, deadlineMs: 10_000 }], `${root}/register`);
  return result?.exitCode === 0 ? parseVolumeListing(result.stdout) : null;
}

function fill(directory: string, files: Readonly<Record<string, Buffer | string>>): void {
  for (const [name, content] of Object.entries(files)) {
    const path = `${root}/${directory}/${name}`;
    mkdirSync(path.slice(0, path.lastIndexOf('/')), { recursive: true });
    writeFileSync(path, content);
  }
}

const headerIn = (listing: VolumeListing | null, name: string): ImageHeader | null | undefined =>
  listing?.images.find((image) => image.name === name)?.header;

describe('the program that lists images', () => {
  beforeAll(() => {
    const base = '../9000/base-9000-disk-0.qcow2';
    fill('images', {
      '100/vm-100-disk-0.qcow2': qcow2({ backing: base, snapshots: ['before', 'with blank'] }),
      '100/vm-100-disk-1.raw': qcow2({ backing: base }),
      '100/vm-100-disk-2.qcow2': qcow2({ backing: 'nbd://user:secret@host/export' }),
      '100/vm-100-disk-3.qcow2': qcow2({ backing: `json:{"file":{"password":"secret","filename":"${base}"}}` }),
      '100/vm-100-disk-4.qcow2': qcow2({ snapshots: ['only one'], count: 3 }),
      '102/vm-102-disk-0.qcow2': qcow2({ features: 4n }),
      '102/vm-102-disk-1.qcow2': qcow2({ features: 3n }),
      '100/vm-100-disk-5.qcow2': 'no image at all',
      '100/vm-100-disk-6.qcow2': '',
      '100/name with blank.raw': 'x',
      '100/notes.txt': 'x',
      '100/.hidden.raw': 'x',
      '100/tmp_4711_0/disk.vmdk': 'x',
      '101/vm-101-disk-0/disk.raw': 'x',
      '7/vm-7-disk-0.raw': 'x',
      'backup/vm-100-disk-0.raw': 'x',
    });
    execFileSync('mkfifo', [`${root}/images/100/vm-100-disk-7.qcow2`]);
    symlinkSync('vm-100-disk-0.qcow2', `${root}/images/100/vm-100-disk-8.qcow2`);
    symlinkSync('102', `${root}/images/103`);
    symlinkSync('/nowhere', `${root}/images/100/vm-100-disk-9.raw`);
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it('names what PVE names, and counts the rest', async () => {
    const listing = await listed('images');
    expect(listing?.images.map(({ name, type }) => `${name} ${type}`).toSorted()).toEqual([
      'tmp_4711_0 directory',
      ...[0, 1, 2, 3, 4, 5, 6].map((disk) => `vm-100-disk-${disk}.${disk === 1 ? 'raw' : 'qcow2'} file`),
      'vm-100-disk-7.qcow2 other',
      'vm-100-disk-8.qcow2 file',
      'vm-100-disk-9.raw other',
      'vm-101-disk-0.raw disk-raw',
      ...[
        'vm-102-disk-0.qcow2 file',
        'vm-102-disk-0.qcow2 file',
        'vm-102-disk-1.qcow2 file',
        'vm-102-disk-1.qcow2 file',
      ],
    ]);
    // A name with a blank, a text, a hidden file; a directory of one digit and one of letters.
    expect(listing?.foreign).toBe(5);
  });

  it('reads what headers say, by the name of the file alone', async () => {
    const listing = await listed('images');
    const times = { date: 1_790_000_000 };
    const whole = {
      ...{ sizeBytes: 1 << 30, backing: '../9000/base-9000-disk-0.qcow2', files: [], unread: null },
      snapshots: [
        { name: 'before', ...times },
        { name: 'with blank', ...times },
      ],
    };
    expect(headerIn(listing, 'vm-100-disk-0.qcow2')).toEqual(whole);
    expect(headerIn(listing, 'vm-100-disk-8.qcow2')).toEqual(whole);
    expect(headerIn(listing, 'vm-100-disk-1.raw')).toBeNull();
    const none = { sizeBytes: null, backing: null, files: [], snapshots: [], unread: null };
    expect(headerIn(listing, 'vm-100-disk-5.qcow2')).toEqual(none);
    expect(headerIn(listing, 'vm-100-disk-6.qcow2')).toEqual(none);
    expect(headerIn(listing, 'vm-100-disk-4.qcow2')?.unread).toBe('its table of snapshots is not whole');
    expect(headerIn(listing, 'vm-100-disk-7.qcow2')).toBeNull();
  });

  it('says which keep their data in another file, and which are links or stand in one', async () => {
    const listing = await listed('images');
    expect(headerIn(listing, 'vm-102-disk-0.qcow2')?.unread).toBe(
      'it keeps its data in another file, which its header does not name',
    );
    expect(headerIn(listing, 'vm-102-disk-1.qcow2')?.unread).toBeNull();
    const links = listing?.images.filter(({ linked }) => linked).map(({ vmid, name }) => `${vmid}/${name}`);
    expect(links?.toSorted()).toEqual([
      '100/vm-100-disk-8.qcow2',
      '100/vm-100-disk-9.raw',
      '103/vm-102-disk-0.qcow2',
      '103/vm-102-disk-1.qcow2',
    ]);
  });

  it('says every file that an image reads through, in every way of writing it', async () => {
    const sparse = (text: string): Buffer => {
      const head = Buffer.alloc(1024);
      head.write('KDMV', 'latin1');
      head.writeBigUInt64LE(16_384n, 12);
      head.writeBigUInt64LE(2n, 28);
      head.writeBigUInt64LE(BigInt(Math.ceil(text.length / 512)), 36);
      return Buffer.concat([head, Buffer.from(text.padEnd(512, '\0'))]);
    };
    const text = (...lines: readonly string[]) => ['# Disk DescriptorFile', 'version=1', ...lines, ''].join('\n');
    const data = qcow2({ features: 4n, backing: 'b.qcow2' });
    data.writeUInt32BE(200, 100);
    data.writeUInt32BE(0xe2792aca, 200);
    data.writeUInt32BE(5, 204);
    data.writeUInt32BE(0x44415441, 216);
    data.writeUInt32BE(12, 220);
    data.write('vm data.raw\0', 224);
    data.writeUInt32BE(11, 220);
    fill('formats', {
      '100/data.qcow2': data,
      '100/file.qcow2': qcow2({ backing: 'file:/srv/a b.raw' }),
      '100/json.qcow2': qcow2({ backing: 'json:{"driver":"qcow2","file.filename":"/srv/a\\/b \\"c.qcow2"}' }),
      '100/two.qcow2': qcow2({ backing: 'json:{"driver":"blkverify","raw":{"filename":"/a"},"test.filename":"/b"}' }),
      '100/unicode.qcow2': qcow2({ backing: 'json:{"file":{"filename":"/srv/\\u0061"}}' }),
      '100/network.qcow2': qcow2({ backing: 'json:{"driver":"nbd","host":"secret"}' }),
      '100/rbd.qcow2': qcow2({ backing: 'rbd:pool/ns/vm-100-disk-0@snap:id=admin:key=secret' }),
      '101/sparse.vmdk': sparse(text('RW 16384 SPARSE "sparse.vmdk"', 'parentFileNameHint="../100/base.vmdk"')),
      '101/flat.vmdk': text('RW 100 FLAT "flat-flat.vmdk" 0', 'RW 100 FLAT "flat 2.vmdk" 0', 'RW 28 ZERO'.padEnd(80)),
      '101/extent.vmdk': Buffer.alloc(512),
      '101/old.vmdk': Buffer.from('COWD'.padEnd(512, '\0')),
      '101/long.vmdk': text('#'.padEnd(1 << 16, 'x')),
    });
    linkSync(`${root}/formats/101/flat.vmdk`, `${root}/formats/100/again.vmdk`);
    symlinkSync('../101/flat.vmdk', `${root}/formats/100/soft.vmdk`);
    const listing = await listed('formats');
    const reads = (name: string) => {
      const header = headerIn(listing, name);
      return [header?.backing, ...(header?.files ?? [])];
    };
    expect(reads('data.qcow2')).toEqual(['b.qcow2', 'vm data.raw']);
    expect(reads('file.qcow2')).toEqual(['/srv/a b.raw']);
    expect(reads('json.qcow2')).toEqual(['/srv/a/b "c.qcow2']);
    expect(reads('two.qcow2')).toEqual(['/a', '/b']);
    for (const name of ['unicode.qcow2', 'network.qcow2']) expect(reads(name)).toEqual(['json:']);
    expect(reads('rbd.qcow2')).toEqual(['rbd:pool/ns/vm-100-disk-0']);
    expect(reads('sparse.vmdk')).toEqual(['../100/base.vmdk', 'sparse.vmdk']);
    expect(reads('flat.vmdk')).toEqual([null, 'flat-flat.vmdk', 'flat 2.vmdk']);
    expect(headerIn(listing, 'flat.vmdk')?.sizeBytes).toBe(228 * 512);
    expect(headerIn(listing, 'sparse.vmdk')?.sizeBytes).toBe(16_384 * 512);
    expect(reads('extent.vmdk')).toEqual([null]);
    expect(headerIn(listing, 'old.vmdk')?.unread).toBe('it is a vmdk of an old kind');
    expect(headerIn(listing, 'long.vmdk')?.unread).toBe('its description is longer than 64 KiB');
    const identities = listing?.images.filter(({ name }) => /^(?:flat|again|soft)\./.test(name));
    expect(new Set(identities?.map(({ identity }) => identity)).size).toBe(1);
    expect((await listed('formats/100/data.qcow2'))?.images).toMatchObject([
      { vmid: 0, name: 'data.qcow2', header: { files: ['vm data.raw'] } },
    ]);
  });

  it('keeps no password of a backing file', async () => {
    const listing = await listed('images');
    expect(headerIn(listing, 'vm-100-disk-2.qcow2')?.backing).toBe('nbd:');
    expect(headerIn(listing, 'vm-100-disk-3.qcow2')?.backing).toBe('../9000/base-9000-disk-0.qcow2');
  });

  it('gets through headers of any bytes', async () => {
    const damaged = Array.from({ length: 200 }, (_, seed): [string, Buffer] => {
      const bytes = Buffer.concat([qcow2({ snapshots: ['a'] }), noise(seed, 300)]);
      noise(seed, 64).copy(bytes, 8);
      return [`200/vm-200-disk-${seed}.qcow2`, bytes];
    });
    fill('damaged', Object.fromEntries(damaged));
    expect((await listed('damaged'))?.images).toHaveLength(200);
  });

  it('tells an empty directory from one that is not there', async () => {
    mkdirSync(`${root}/empty`);
    expect((await listed('empty'))?.images).toEqual([]);
    const path = `${root}/missing`;
    const [result] = await probeAll([{ kind: 'volumes', path, key: path, deadlineMs: 10_000 }], `${root}/register`);
    expect(result?.stderr).toBe(`${path}: No such file or directory\n`);
    expect(result?.exitCode).not.toBe(0);
  });
});
