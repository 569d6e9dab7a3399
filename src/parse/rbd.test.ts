import { describe, expect, it } from 'vitest';
import {
  parseListWatchers,
  parseRbdImages,
  parseRbdInfo,
  parseRbdNames,
  parseRbdStatus,
  parseRbdTrash,
  parseRbdUsage,
} from './rbd.ts';

// Lines of Ceph 16.2.15.
const TRASH = `id_10473318edd5
value (41 bytes) :
00000000  02 01 23 00 00 00 03 0d  00 00 00 76 6d 2d 31 30  |..#........vm-10|
00000010  35 2d 64 69 73 6b 2d 30  80 67 03 6b 5d 1d 4b 01  |5-disk-0.g.k].K.|
00000020  80 67 03 6b 5d 1d 4b 01  02                       |.g.k].K..|
00000029

`;

describe('parseRbdImages', () => {
  it('reads images, snapshots, parents and locks', () => {
    const rows = parseRbdImages(
      '[{"image":"base-900-disk-0","id":"103122e741d2","size":1073741824,"format":2},' +
        '{"image":"base-900-disk-0","id":"103122e741d2","snapshot":"__base__","snapshot_id":5,"size":1073741824,"format":2,"protected":"true"},' +
        '{"image":"vm-101-disk-0","id":"1039dd4b034f","size":5,"parent":{"pool":"rbd","pool_namespace":"","image":"base-900-disk-0","snapshot":"__base__"},"format":2,"lock_type":"exclusive"}]\n',
    );
    expect(rows?.map(({ name, snapshot, locked }) => [name, snapshot, locked])).toEqual([
      ['base-900-disk-0', null, false],
      ['base-900-disk-0', '__base__', false],
      ['vm-101-disk-0', null, true],
    ]);
    expect(rows?.[2]?.parent).toEqual({ pool: 'rbd', namespace: '', image: 'base-900-disk-0', snapshot: '__base__' });
  });

  it.each(['', '[', '{}', '[{"image":"a"}]', '[{"image":"a","id":"b","size":"1"}]', '[1]'])(
    'takes no list from %j',
    (text) => expect(parseRbdImages(text)).toBeNull(),
  );

  it('tells an empty pool from no answer', () => {
    expect([parseRbdImages('[]'), parseRbdNames('[]'), parseRbdNames('')]).toEqual([[], [], null]);
  });
});

describe('parseRbdTrash', () => {
  it('reads what a removal that broke off left', () => {
    expect(parseRbdTrash(TRASH)).toEqual([
      {
        ...{ imageId: '10473318edd5', name: 'vm-105-disk-0', source: 3 },
        ...{ deletedAt: '2026-11-22T22:06:56.000Z', protectedUntil: '2026-11-22T22:06:56.000Z' },
      },
    ]);
    expect(parseRbdTrash(TRASH + TRASH)).toHaveLength(2);
  });

  it('knows that nothing is there', () => expect(parseRbdTrash('')).toEqual([]));

  it.each([
    ['a line is lost', TRASH.replace(/00000010.*\n/, '')],
    ['a byte is lost', TRASH.replace('02 01 23', '02 01')],
    ['the end is cut', TRASH.slice(0, -1)],
    ['the length is another', TRASH.replace('41 bytes', '42 bytes')],
    ['the form is newer than its readers', TRASH.replace('02 01 23', '03 02 23')],
    ['the name is longer than all', TRASH.replace('03 0d', '03 ff')],
    ['the key is another', TRASH.replace('id_', 'x_')],
  ])('is nothing where %s', (_, text) => expect(parseRbdTrash(text)).toBeNull());

  it('fills in lines that are left out as being like the one above', () => {
    const row = '61 '
      .repeat(16)
      .trim()
      .replace(/^((?:\S+ ){8})/, '$1 ');
    const text =
      'id_1\nvalue (76 bytes) :\n' +
      '00000000  02 01 46 00 00 00 00 30  00 00 00 61 61 61 61 61  |..F....0...aaaaa|\n' +
      `00000010  ${row}  |aaaaaaaaaaaaaaaa|\n*\n` +
      '00000030  61 61 61 61 61 61 61 61  61 61 61 80 67 03 6b 00  |aaaaaaaaaaa.g.k.|\n' +
      '00000040  00 00 00 80 67 03 6b 00  00 00 00 00              |....g.k.....|\n0000004c\n\n';
    expect(parseRbdTrash(text)?.[0]).toMatchObject({ name: 'a'.repeat(48), source: 0 });
  });
});

describe('what one image tells', () => {
  it('is its size and its times, which were printed in UTC', () => {
    const text =
      '{"name":"x","size":67108864,"create_timestamp":"Sun Nov 22 22:06:42 2026","modify_timestamp":"Sun Nov  1 02:06:42 2026"}';
    expect(parseRbdInfo(text)).toEqual({
      ...{ sizeBytes: 67108864, createdAt: '2026-11-22T22:06:42.000Z', changedAt: '2026-11-01T02:06:42.000Z' },
      ...{ mirrored: false, isMapped: false },
    });
    expect(parseRbdInfo('{"size":1}')).toEqual({
      ...{ sizeBytes: 1, createdAt: null, changedAt: null, mirrored: false, isMapped: false },
    });
    expect([parseRbdInfo('{}'), parseRbdInfo('')]).toEqual([null, null]);
  });

  it('is whether it is the copy of an image of another cluster', () => {
    const mirroring = (primary: boolean) =>
      `{"size":1,"mirroring":{"mode":"snapshot","state":"enabled","global_id":"7c","primary":${primary}}}`;
    expect([parseRbdInfo(mirroring(false))?.mirrored, parseRbdInfo(mirroring(true))?.mirrored]).toEqual([true, false]);
  });

  it('is who has it open', () => {
    const status = '{"watchers":[{"address":"127.0.0.1:0/3186750973","client":4498,"cookie":140162499700816}]}';
    expect(parseRbdStatus(status)).toEqual(['127.0.0.1']);
    expect(parseRbdStatus('{"watchers":[{"address":"[2001:db8::1]:0/31"}]}')).toEqual(['[2001:db8::1]']);
    expect([parseRbdStatus('{"watchers":[]}'), parseRbdStatus('{}'), parseRbdStatus('')]).toEqual([[], null, null]);
    expect(parseListWatchers('watcher=127.0.0.1:0/3186750973 client.4498 cookie=140162499700816\n')).toBe(1);
    expect([parseListWatchers(''), parseListWatchers('watcher=127'), parseListWatchers('x\n')]).toEqual([
      0,
      null,
      null,
    ]);
  });

  it.each([
    ['has a map', {}, true],
    ['was made before there were such operations', { op_features: undefined }, true],
    ['has no map', { features: ['layering', 'exclusive-lock'] }, false],
    ['has one that is not valid', { flags: ['object map invalid', 'fast diff invalid'] }, false],
    ['does not say whether it is valid', { flags: undefined }, false],
    ['has a snapshot in the trash, which is not counted', { op_features: ['clone-parent', 'snap-trash'] }, false],
  ])('says of an image that %s whether its objects are counted', (_, over, isMapped) => {
    const info = { size: 1, features: ['layering', 'object-map', 'fast-diff'], op_features: [], flags: [], ...over };
    expect(parseRbdInfo(JSON.stringify(info))).toMatchObject({ isMapped });
  });

  it('is what it and its snapshots hold', () => {
    // Ceph 16.2.15.
    const usage =
      '{"images":[{"name":"a","id":"104d","snapshot":"s","snapshot_id":8,"provisioned_size":1099511627776,"used_size":520093696},' +
      '{"name":"a","id":"104d","provisioned_size":1099511627776,"used_size":16777216}]}\n';
    expect(parseRbdUsage(usage)).toBe(536870912);
    expect(parseRbdUsage('{"images":[{"used_size":0}]}')).toBe(0);
  });

  it.each(['', '{}', '[]', '{"images":[]}', '{"images":[{"name":"a"}]}', '{"images":[{"used_size":-1}]}'])(
    'is no number of bytes in %j',
    (text) => expect(parseRbdUsage(text)).toBeNull(),
  );
});
