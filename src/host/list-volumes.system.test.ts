import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseVolumeListing } from '../parse/volume-listing.ts';
import { probeAll } from './probe.ts';

/** Images as qemu-img itself makes them. */

const root = mkdtempSync(`${tmpdir()}/list-images-`);
const folder = `${root}/images/110`;

const create = (...words: readonly string[]) =>
  execFileSync('qemu-img', ['create', '-q', ...words], { cwd: folder, stdio: 'pipe' });

const isMissing = spawnSync('qemu-img', ['--version']).error !== undefined;

describe.skipIf(isMissing)('the program that lists images', () => {
  beforeAll(() => {
    mkdirSync(folder, { recursive: true });
    create('-f', 'vmdk', 'sparse.vmdk', '8M');
    create('-f', 'vmdk', '-o', 'subformat=monolithicFlat', 'flat.vmdk', '8M');
    create('-f', 'vmdk', '-o', 'subformat=twoGbMaxExtentSparse', 'split.vmdk', '8M');
    create('-f', 'vmdk', '-o', 'subformat=streamOptimized', 'stream.vmdk', '8M');
    create('-f', 'vmdk', '-b', 'sparse.vmdk', '-F', 'vmdk', 'over.vmdk');
    create('-f', 'qcow2', '-o', 'data_file=data.raw,data_file_raw=on', 'outside.qcow2', '8M');
    const options = JSON.stringify({ driver: 'qcow2', 'file.filename': `${folder}/outside.qcow2` });
    create('-f', 'qcow2', '-b', `json:${options}`, '-F', 'qcow2', 'json.qcow2');
    create('-f', 'qcow2', '-b', 'file:outside.qcow2', '-F', 'qcow2', 'relative.qcow2');
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it('finds every file that images of qemu-img read through', async () => {
    const path = `${root}/images`;
    const [result] = await probeAll([{ kind: 'volumes', path, key: path, deadlineMs: 10_000 }], `${root}/register`);
    const images = parseVolumeListing(result?.stdout ?? '')?.images ?? [];
    const reads = (name: string) => {
      const header = images.find((image) => image.name === name)?.header;
      return [header?.unread, header?.backing, ...(header?.files ?? [])].filter((one) => one != null && one !== name);
    };
    expect(reads('sparse.vmdk')).toEqual([]);
    expect(reads('flat.vmdk')).toEqual(['flat-flat.vmdk']);
    expect(reads('split.vmdk')).toEqual(['split-s001.vmdk']);
    expect(reads('stream.vmdk')).toEqual([]);
    expect(reads('over.vmdk')).toEqual(['sparse.vmdk']);
    expect(reads('outside.qcow2')).toEqual(['data.raw']);
    expect(reads('json.qcow2')).toEqual([`${folder}/outside.qcow2`]);
    expect(reads('relative.qcow2')).toEqual(['outside.qcow2']);
    const sizes = new Set(
      images.filter(({ name }) => !name.includes('-')).flatMap(({ header }) => header?.sizeBytes ?? []),
    );
    expect([...sizes]).toEqual([8 * 1024 * 1024]);
  });
});
