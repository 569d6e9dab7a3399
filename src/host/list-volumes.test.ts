import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
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
      ...{ sizeBytes: 1 << 30, backing: '../9000/base-9000-disk-0.qcow2', unread: null },
      snapshots: [
        { name: 'before', ...times },
        { name: 'with blank', ...times },
      ],
    };
    expect(headerIn(listing, 'vm-100-disk-0.qcow2')).toEqual(whole);
    expect(headerIn(listing, 'vm-100-disk-8.qcow2')).toEqual(whole);
    expect(headerIn(listing, 'vm-100-disk-1.raw')).toBeNull();
    const none = { sizeBytes: null, backing: null, snapshots: [], unread: null };
    expect(headerIn(listing, 'vm-100-disk-5.qcow2')).toEqual(none);
    expect(headerIn(listing, 'vm-100-disk-6.qcow2')).toEqual(none);
    expect(headerIn(listing, 'vm-100-disk-4.qcow2')?.unread).toBe('its table of snapshots is not whole');
    expect(headerIn(listing, 'vm-100-disk-7.qcow2')).toBeNull();
  });

  it('says which keep their data in another file, and which are links or stand in one', async () => {
    const listing = await listed('images');
    expect(headerIn(listing, 'vm-102-disk-0.qcow2')?.unread).toBe('it keeps its data in another file');
    expect(headerIn(listing, 'vm-102-disk-1.qcow2')?.unread).toBeNull();
    const links = listing?.images.filter(({ linked }) => linked).map(({ vmid, name }) => `${vmid}/${name}`);
    expect(links?.toSorted()).toEqual([
      '100/vm-100-disk-8.qcow2',
      '100/vm-100-disk-9.raw',
      '103/vm-102-disk-0.qcow2',
      '103/vm-102-disk-1.qcow2',
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
