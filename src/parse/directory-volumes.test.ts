import { describe, expect, it } from 'vitest';
import { directoryContents } from './directory-volumes.ts';
import type { ImageHeader, ListedImage } from './volume-listing.ts';

const header = (backing: string | null, unread: string | null = null): ImageHeader => ({
  ...{ sizeBytes: 67_108_864, backing, files: [], snapshots: [], unread },
});

const image = (vmid: number, name: string, of: ImageHeader): ListedImage => ({
  ...{
    vmid,
    name,
    type: 'file',
    sizeBytes: 196_616,
    heldBytes: 4096,
    modified: 1,
    changed: 1,
    linked: false,
    identity: null,
    header: of,
  },
});

const parentOf = (...images: readonly ListedImage[]) => {
  const { volumes } = directoryContents({ identity: '8:1 2', images, foreign: 0 }, '/mnt/images', false);
  const volume = volumes.find(({ name }) => name === '101/vm-101-disk-0.qcow2');
  return [volume?.parentName, volume?.unread];
};

const BASE = '../100/base-100-disk-0.qcow2';

describe('what an image reads through', () => {
  it('is behind the snapshots of its own chain', () => {
    expect(
      parentOf(
        image(101, 'vm-101-disk-0.qcow2', header('snap-two-vm-101-disk-0.qcow2')),
        image(101, 'snap-two-vm-101-disk-0.qcow2', header('snap-one-vm-101-disk-0.qcow2')),
        image(101, 'snap-one-vm-101-disk-0.qcow2', header(BASE)),
      ),
    ).toEqual(['100/base-100-disk-0.qcow2', null]);
  });

  it('is unknown where a file of the chain could not be read', () => {
    expect(
      parentOf(
        image(101, 'vm-101-disk-0.qcow2', header('snap-one-vm-101-disk-0.qcow2')),
        image(101, 'snap-one-vm-101-disk-0.qcow2', header(null, 'denied')),
      ),
    ).toEqual([null, 'denied']);
  });

  it('is nothing at the end of a chain, and found in one that runs in a circle', () => {
    const [first, second] = ['snap-one-vm-101-disk-0.qcow2', 'snap-two-vm-101-disk-0.qcow2'];
    const current = image(101, 'vm-101-disk-0.qcow2', header(first));
    expect(parentOf(current, image(101, first, header(null)))).toEqual([null, null]);
    const circle = [image(101, first, header(second)), image(101, second, header(first))];
    expect(parentOf(current, ...circle)).toEqual([`101/${first}`, null]);
  });
});
