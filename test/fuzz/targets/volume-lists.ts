import { decodeText } from '../../../src/model/capture.ts';
import { parseRbdImages, parseRbdTrash, parseRbdUsage } from '../../../src/parse/rbd.ts';
import { parseVolumeListing } from '../../../src/parse/volume-listing.ts';
import { parseZfsList } from '../../../src/parse/zfs-list.ts';
import { dumped } from '../../../src/redact/ceph.ts';
import { tokenBook } from '../../../src/redact/token-book.ts';
import { redactVolumeLine, redactZfsList } from '../../../src/redact/volume-lists.ts';
import { readCapture, situations } from '../../capture-files.ts';
import { expectSame, expectTrue } from '../sound.ts';
import { type Target, target } from '../target.ts';

const captures = () => situations.map(readCapture);

/** What Ceph answered to this question in the captures. */
const cephTexts = (question: string): readonly string[] =>
  captures().flatMap(({ ceph }) =>
    Object.entries(ceph ?? {}).flatMap(([name, { stdout }]) =>
      name.includes(question) && stdout !== undefined ? [decodeText(stdout)] : [],
    ),
  );

/** What stays of each line when names become tokens. */
const redacted = (text: string, redact: (book: ReturnType<typeof tokenBook>, line: string) => string): string => {
  const book = tokenBook(text);
  return text
    .split('\n')
    .map((line) => redact(book, line))
    .join('\n');
};

const volumeListing = target({
  name: 'volume-listing',
  share: 1,
  texts: () =>
    captures().flatMap(({ probes }) =>
      Object.entries(probes ?? {}).flatMap(([name, { stdout }]) =>
        name.startsWith('volumes ') && stdout !== undefined ? [decodeText(stdout)] : [],
      ),
    ),
  words: [
    'D 8:1 2\n',
    'F 100 vm-100-disk-0.qcow2 f 1 2 3 4\n',
    'Q 1 =../9/base-9-disk-0.qcow2\n',
    'S 1 a%20b\n',
    'B x\n',
    'E 1 0\n',
    '%FF',
    ' ',
  ],
  read: parseVolumeListing,
  laws: (listing, text) => {
    if (listing === null) return;
    expectTrue(text.endsWith('\n'), 'a text that was cut is a list');
    expectTrue(
      parseVolumeListing(text.slice(0, text.lastIndexOf('\n', text.length - 2) + 1)) === null,
      'a list without its end is one',
    );
    const again = parseVolumeListing(redacted(text, redactVolumeLine));
    expectSame(again?.images.length, listing.images.length, 'images are lost when names become tokens');
    expectSame(again?.identity, listing.identity, 'the directory is another one');
  },
});

const zfsList = target({
  name: 'zfs-list',
  share: 1,
  texts: () =>
    captures().flatMap(({ commands }) => {
      const runs = commands?.['zfs-list'];
      return runs === undefined || 'length' in runs ? [] : [decodeText(runs.stdout ?? '')];
    }),
  words: [
    'tank/vm-1-disk-0@a\tsnapshot\t1\t-\t-\t-\t1\t-\n',
    'tank\tfilesystem\t1\t-\t0\t-\t1\t-\n',
    '\t',
    '-',
    '@',
    '/',
    '\n',
  ],
  read: parseZfsList,
  laws: (datasets, text) => {
    if (datasets === null) return;
    expectTrue(text === '' || text.endsWith('\n'), 'a text that was cut is a list');
    for (const [at, { name }] of datasets.entries())
      expectTrue(at === 0 || name < (datasets[at - 1]?.name ?? ''), `${name} stands in the wrong place`);
    const again = parseZfsList(redactZfsList(tokenBook(text), text));
    expectSame(again?.length, datasets.length, 'lines are lost when names become tokens');
  },
});

const rbdTrash = target({
  name: 'rbd-trash',
  share: 1,
  texts: () => cephTexts(' rados listomapvals '),
  words: [
    'id_10ab\n',
    'value (41 bytes) :\n',
    '00000000  02 01 23 00 00 00 03 0d',
    '*\n',
    '  ',
    '\n\n',
    '00000029\n',
    'ff',
  ],
  read: parseRbdTrash,
  laws: (entries, text) => {
    if (entries === null) return;
    expectTrue(text === '' || text.endsWith('\n\n'), 'a text that was cut is a list');
    expectSame(parseRbdTrash(entries.map(dumped).join('')), entries, 'an entry does not come back as it was');
  },
});

const rbdImages = target({
  name: 'rbd-images',
  share: 1,
  texts: () => cephTexts(' rbd ls -l'),
  words: ['{"image":"vm-1-disk-0","id":"1","size":1}', ',"snapshot":"a"', ',"parent":{}', '[', ']', '"', ','],
  read: parseRbdImages,
  laws: (rows, text) => {
    if (rows === null) return;
    expectTrue(text.trimEnd().endsWith(']'), 'a text that was cut is a list');
  },
});

const rbdUsage = target({
  name: 'rbd-usage',
  share: 0.5,
  texts: () => cephTexts(' rbd du '),
  words: [
    '{"images":[{"name":"vm-1-disk-0","used_size":1}]}',
    ',"used_size":-1',
    '"snapshot":"a"',
    '[',
    ']',
    '1e99',
    '.5',
  ],
  read: parseRbdUsage,
  laws: (bytes, text) => {
    if (bytes === null) return;
    expectTrue(text.trimEnd().endsWith('}'), 'a text that was cut is a count');
    expectTrue(bytes >= 0 && Number.isInteger(bytes), 'bytes are no whole number');
  },
});

export const VOLUME_LISTS: readonly Target[] = [volumeListing, zfsList, rbdTrash, rbdImages, rbdUsage];
