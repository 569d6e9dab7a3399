import { lvmStorage } from '../node/cluster.ts';
import type { LabCase } from '../node/lab.ts';

/** Names that act on a terminal, a web page, a shell, or dmsetup itself, where they are not told from its options. */
const HOSTILE = ['esc\x1b[31m', '<b>', '$(reboot)', 'a`id`', 'back\\slash', '..', '-rf', '--help', 'x'.repeat(127)];

/** As printf(1) writes them: the kernel takes any byte but 0, and dmsetup by default lists nothing beside such a name. */
const RAW = ['raw blank', 'new\\nline', 'no\\377utf8', 'tab\\tand: 0 8 zero'];

export const labCase: LabCase = {
  about:
    'Entries that are no guest volumes and have every form the kernel allows: blanks, umlauts, terminal escapes and options in names, no table, a second table waiting, read-only, LUKS and multipath UUIDs.',
  run(lab) {
    lab.cluster.start();
    lab.cluster.storage(lvmStorage('san', 'san'));
    const raw = lab.storage.disk('raw', 64);
    const area = (start: number): readonly string[] => [`0 2048 linear ${raw} ${start}`];
    lab.dm.create([
      { name: 'read-only', readOnly: true, table: area(0) },
      { name: 'two-segments', table: [`0 2048 linear ${raw} 2048`, `2048 2048 linear ${raw} 8192`] },
      { name: 'luks-cab0ffee', uuid: 'CRYPT-LUKS2-00112233445566778899aabbccddeeff-luks-cab0ffee', table: area(12288) },
      { name: 'vm-disk', uuid: 'mpath-3600140500000000000000000000000001', table: area(16384) },
      { name: 'zeroes', table: ['0 2048 zero'] },
    ]);
    lab.journal.run(['dmsetup', 'create', 'sp ace', '--mangle', 'auto', '--table', `0 2048 linear ${raw} 20480`]);
    lab.journal.run(['dmsetup', 'create', 'größe', '--mangle', 'auto', '--table', `0 2048 linear ${raw} 24576`]);
    for (const [at, name] of HOSTILE.entries())
      lab.journal.run(['dmsetup', 'create', '--table', `0 8 linear ${raw} ${28672 + at * 8}`, '--', name]);
    for (const [at, name] of RAW.entries())
      lab.journal.run([
        'sh',
        '-c',
        `dmsetup --manglename none create --table '0 8 linear ${raw} ${32768 + at * 8}' -- "$(printf '${name}')"`,
      ]);
    lab.journal.run(['dmsetup', 'create', 'no-table', '--notable']);
    lab.journal.run(['dmsetup', 'load', 'zeroes', '--table', '0 4096 zero']);
    lab.expectVerdict({ exit: 0, grade: 'A+', findings: [], entries: {} });
  },
};
