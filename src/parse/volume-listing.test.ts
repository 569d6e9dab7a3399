import { describe, expect, it } from 'vitest';
import { parseVolumeListing } from './volume-listing.ts';

const LISTING = [
  'D 8:1 4711',
  'F 100 vm-100-disk-0.qcow2 f 196624 392 1795382216 1795382217 8:1 4712',
  'Q 1073741824 =../9000/base-9000-disk-0.qcow2',
  'N vm%20data.raw',
  'S 1795382216 my%20snap',
  'F 100 vm-100-disk-1.qcow2 f 5 8 1795382216 1795382217',
  'B Permission%20denied',
  'F 101 subvol-101-disk-0.subvol d 4096 8 1795382216 1795382217',
];

const text = (lines: readonly string[], foreign = 3): string =>
  `${[...lines, `E ${lines.length} ${foreign}`].join('\n')}\n`;

describe('parseVolumeListing', () => {
  it('reads which image is a link', () => {
    const file = (name: string) => `F 100 ${name} f 1 8 1795382216 1795382217`;
    const text = ['D 8:1 2', file('a.raw'), file('b.qcow2'), 'L', 'Q 1 -', 'E 5 0', ''].join('\n');
    expect(parseVolumeListing(text)?.images.map(({ name, linked }) => [name, linked])).toEqual([
      ['a.raw', false],
      ['b.qcow2', true],
    ]);
    expect(parseVolumeListing(['D 8:1 2', 'L', 'E 2 0', ''].join('\n'))).toBeNull();
  });

  it('reads images with what their headers say', () => {
    const listing = parseVolumeListing(text(LISTING));
    expect(listing?.identity).toBe('8:1 4711');
    expect(listing?.foreign).toBe(3);
    const times = { modified: 1795382216, changed: 1795382217, linked: false, identity: null };
    expect(listing?.images).toEqual([
      {
        ...{ vmid: 100, name: 'vm-100-disk-0.qcow2', type: 'file', sizeBytes: 196624, heldBytes: 392 * 512, ...times },
        identity: '8:1 4712',
        header: {
          ...{ sizeBytes: 1073741824, backing: '../9000/base-9000-disk-0.qcow2', files: ['vm data.raw'], unread: null },
          snapshots: [{ name: 'my snap', date: 1795382216 }],
        },
      },
      {
        ...{ vmid: 100, name: 'vm-100-disk-1.qcow2', type: 'file', sizeBytes: 5, heldBytes: 4096, ...times },
        header: { sizeBytes: null, backing: null, files: [], snapshots: [], unread: 'Permission denied' },
      },
      {
        ...{
          vmid: 101,
          name: 'subvol-101-disk-0.subvol',
          type: 'directory',
          sizeBytes: 4096,
          heldBytes: 4096,
          ...times,
        },
        header: null,
      },
    ]);
  });

  it('knows an empty directory from a text that ended', () => {
    expect(parseVolumeListing(text(['D 8:1 2'], 0))).toEqual({ identity: '8:1 2', images: [], foreign: 0 });
    expect(parseVolumeListing('')).toBeNull();
    expect(parseVolumeListing('D 8:1 2\n')).toBeNull();
  });

  it.each(LISTING.map((_, at) => at))('believes nothing where line %i is lost', (at) => {
    const whole = text(LISTING);
    const lost = whole
      .split('\n')
      .filter((_, index) => index !== at)
      .join('\n');
    expect(parseVolumeListing(lost)).toBeNull();
  });

  it.each([
    'S 1 orphan',
    'Q 5 -',
    'F 100 name f 1 2 3',
    'F x name f 1 2 3 4',
    'F 100 name q 1 2 3 4',
    'F 100 na\u00efve f 1 2 3 4',
    'Z',
  ])('believes nothing of a listing with %j', (line) => {
    expect(parseVolumeListing(text(['D 8:1 2', line]))).toBeNull();
  });
});
