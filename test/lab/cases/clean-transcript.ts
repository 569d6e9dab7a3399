import { readFileSync } from 'node:fs';
import { lvmStorage } from '../node/cluster.ts';
import type { LabCase } from '../node/lab.ts';
import { Repair } from '../node/repair.ts';

const PAGE = new URL('../../../docs/clean.md', import.meta.url);

/** What is another one in each run, as the document has it. */
const plain = (text: string): readonly string[] =>
  text
    .replaceAll('\r', '')
    .replace(/LVM-[A-Za-z0-9]{64}/g, 'LVM-5cfH4Bb30IyfiUGneEXS4OsdaUzd8lh5a1D4xZCLbkwb9dJzT5oQLzLgXm3xnqP9')
    .replace(/lv_uuid=[A-Za-z0-9-]{38}/g, 'lv_uuid=EXS4Os-daUz-d8lh-5a1D-4xZC-Lbkw-b9dJzT')
    .replace(/made \d{4}-\d\d-\d\d \d\d:\d\d/g, 'made 2026-11-20 02:00')
    .replace(/\b\d{14}-\d+/g, '20261120020000-4711')
    .replace(/process \d+/g, 'process 4711')
    .trim()
    .split('\n')
    .map((line) => line.trimEnd());

export const labCase: LabCase = {
  about: 'The whole session that docs/clean.md shows, on a terminal of 80 columns.',
  limitSeconds: 1200,
  run(lab) {
    lab.cluster.start();
    lab.cluster.storage(lvmStorage('san', 'san', 'shared 1'));
    lab.storage.group('san');
    for (const vmid of [169, 170, 300, 500, 700]) lab.storage.thick('san', `vm-${vmid}-disk-0`, 16);
    lab.storage.remove('san', 'vm-300-disk-0', 'another-node');
    lab.cluster.vm(169, 'name: database\nscsi0: san:vm-169-disk-0,size=16M');
    lab.cluster.vm(170, 'name: files\nscsi0: san:vm-170-disk-0,size=16M', 'pve2');
    for (const vmid of [169, 700])
      lab.dm.create([{ name: `san-vm--${vmid}--disk--0-copy`, table: [lab.dm.table(`san-vm--${vmid}--disk--0`)] }]);
    lab.journal.background(['sh', '-c', 'exec 9</dev/san/vm-500-disk-0; exec sleep 100000']);
    lab.dm.waitForOpen('san-vm--500--disk--0', 1);
    const repair = new Repair(lab);
    repair.settle();
    const { exit, stdout } = repair.onTerminal('clean', 'y', 'enter', 'y', 'a');
    lab.expect('something was left alone', exit, 1);
    const shown = /^```console\n# pve-doctor clean\n(.*?)^```$/ms.exec(readFileSync(PAGE, 'utf8'))?.[1] ?? '';
    lab.expect('the session of docs/clean.md', plain(stdout), plain(shown));
  },
};
