import fc from 'fast-check';
import { buildDmName, splitDmName } from '../../../src/model/device-mapper/dm-name.ts';
import { identifyUuid } from '../../../src/model/device-mapper/dm-uuid.ts';
import { parseDmsetupInfo, parseDmsetupTable, parseThinPoolStatus } from '../../../src/parse/dmsetup.ts';
import { outputsOf } from '../corpus.ts';
import { expectSame, expectTrue } from '../sound.ts';
import { type Target, target } from '../target.ts';

const linesOf = (text: string): readonly string[] => text.split('\n').slice(0, -1);

/** Names that `dmsetup info` could have told: what stands before the last `: `, and some that hold blanks and colons. */
const namesIn = (text: string): ReadonlySet<string> =>
  new Set(['a', 'a b', 'a: 0 8 linear', ...linesOf(text).map((line) => line.split(': ')[0] ?? '')]);

const info = target({
  name: 'dmsetup-info',
  share: 1,
  texts: () => outputsOf('dmsetup-info'),
  words: [
    'pve-vm--100--disk--0',
    '\t',
    '\n',
    'LVM-',
    '254',
    '0',
    '1',
    'L--w',
    'LIsr',
    'LIsw',
    'L-',
    'No devices found',
  ],
  read: parseDmsetupInfo,
  laws: ({ value, problems }, text) => {
    const lines = linesOf(text);
    expectTrue(new Set(value.map(({ name }) => name)).size === value.length, 'a name stands twice');
    for (const { name, uuid, major, minor, openCount } of value) {
      const found = lines.some((line) => {
        const fields = line.split('\t');
        return fields[0] === name && fields[1] === uuid && Number(fields[2]) === major && Number(fields[3]) === minor;
      });
      expectTrue(found && openCount >= 0, `no line says ${JSON.stringify(name)}`);
    }
    expectTrue(text.endsWith('\n') || problems.length > 0, 'a cut text is no problem');
    expectTrue(value.length + problems.length >= lines.length || text === 'No devices found\n', 'a line is lost');
  },
});

const table = target({
  name: 'dmsetup-table',
  share: 1,
  texts: () => outputsOf('dmsetup-table'),
  words: [
    ...['a: ', 'a b: ', ': ', '\n', ' ', '0 8 linear 7:2 0', '8 8 striped 2 128 7:1 0 7:2 0', 'thin', 'error', 'crypt'],
    ...['aes-xts-plain64', 'integrity', 'internal_hash:', 'journal_crypt:', ':32:logon:x', '-', 'No devices found\n'],
  ],
  read: (text) => parseDmsetupTable(text, namesIn(text)),
  laws: ({ value, problems }, text) => {
    for (const targets of value.values()) {
      let end = 0;
      for (const { start, length, type, args } of targets) {
        expectTrue(start === end, 'a table has a gap');
        end = start + length;
        const key = type === 'crypt' ? args[1] : undefined;
        expectTrue(key === undefined || /^(?:0*$|:|-$)/.test(key), `a key is shown: ${key}`);
        if (type !== 'crypt' && type !== 'integrity')
          for (const argument of args) expectTrue(text.includes(argument), 'an argument is made up');
      }
    }
    expectTrue(text.endsWith('\n') || problems.length > 0, 'a cut text is no problem');
  },
});

const thinPool = target({
  name: 'thin-pool-status',
  share: 0.5,
  texts: () => outputsOf('dmsetup-status-thin-pool'),
  words: [
    'a: ',
    '0 8 thin-pool ',
    '1 ',
    '10/100 ',
    '18446744073709551616/1 ',
    '- ',
    'rw',
    'Fail',
    'Error',
    '\n',
    'ro no_discard_passdown queue_if_no_space',
  ],
  read: (text) => parseThinPoolStatus(text, namesIn(text)),
  laws: ({ problems }, text) => expectTrue(text.endsWith('\n') || problems.length > 0, 'a cut text is no problem'),
});

const LVM_NAME = /^(?!\.\.?$)[A-Za-z0-9._+][A-Za-z0-9._+-]*$/;
const lvmName = fc.stringMatching(/^[a-z0-9._+][a-z0-9._+-]{0,12}$/);

const dmName = target({
  name: 'dm-name',
  share: 1,
  texts: () => outputsOf('dmsetup-info').flatMap((text) => text.split(/[\t\n]/)),
  words: ['-', '--', '---', '-----', 'pve', 'vm-100-disk-0', 'real', 'cow', 'tpool', '/', '.', '+', '_'],
  grammar: fc.array(lvmName, { minLength: 2, maxLength: 3 }).map((parts) => parts.join('/')),
  read: splitDmName,
  laws: (split, text) => {
    const [vgName = '', lvName = '', layer = '', ...more] = text.split('/');
    if (more.length === 0 && [vgName, lvName].every((name) => LVM_NAME.test(name)) && !layer.includes('-')) {
      const name = buildDmName(vgName, lvName, layer);
      expectSame(splitDmName(name), { vgName, lvName, layer }, `${name} does not lead back`);
    }
    // A name that is taken for the volume's own is the one that LVM gives it; `pve-a-` has an empty layer.
    if (split?.layer === '' && !text.endsWith('-'))
      expectSame(buildDmName(split.vgName, split.lvName), text, 'another name is taken for it');
  },
});

const dmUuid = target({
  name: 'dm-uuid',
  share: 0.5,
  texts: () => outputsOf('dmsetup-info').flatMap((text) => text.split(/[\t\n]/)),
  words: [
    'LVM-',
    'part1-',
    'mpath-',
    'CRYPT-LUKS2-',
    '-real',
    '-tpool',
    'a'.repeat(32),
    'B'.repeat(64),
    '!',
    '#',
    'part',
  ],
  read: identifyUuid,
  laws: (identity, text) => {
    if (identity.kind !== 'lvm') return;
    const layer = identity.layer === '' ? '' : `-${identity.layer}`;
    expectSame(`LVM-${identity.vgUuid}${identity.lvUuid}${layer}`, text, 'another UUID is taken for it');
  },
});

export const DEVICE_MAPPER: readonly Target[] = [info, table, thinPool, dmName, dmUuid];
