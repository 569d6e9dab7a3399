import type { BeforeReport } from '../../../src/model/before/before-report.ts';
import type { PveLab } from './pve-lab.ts';
import { judge, type Volumes } from './verdict.ts';

/** What is asked first and done then. */
export interface Prediction {
  /** Words of `pve-doctor before`. */
  readonly before: string;
  /** The line of `qm` that does it. */
  readonly line: string;
}

/** Asks, does, and judges what was said; what is wrong is a difference of the case. */
export function compare(lab: PveLab, what: string, { before, line }: Prediction): void {
  const answer = lab.doctor('before', ...before.split(' '), '--format', 'json');
  if (answer === '') {
    lab.differences.push(`${what}: before ${before}: no answer`);
    return;
  }
  const report = JSON.parse(answer) as BeforeReport;
  const volumes = volumesOf(lab);
  const said = lab.pve(line);
  const judgement = judge({ report, said, before: volumes, after: volumesOf(lab) });
  lab.judgements.push(judgement);
  const { verdict, because } = judgement;
  console.log(`${what}: ${line}: ${[verdict, ...because].join('; ')}`);
  if (verdict === 'wrong') lab.differences.push(`${what}: ${line}: ${because.join('; ')}`);
}

export function compareAll(lab: PveLab, situations: Iterable<readonly [what: string, one: Prediction]>): void {
  for (const [what, one] of situations) compare(lab, what, one);
}

/** The VG of each storage on LVM (guest/pve-up). */
const STORAGE_OF: Readonly<Record<string, string>> = { fast: 'fast', pools: 'thin', chains: 'chain' };

/** As LVM and the file system have them, whatever Proxmox VE lists. */
function volumesOf(lab: PveLab): Volumes {
  const lvs = lab.shell('lvs --noheadings --separator / -o vg_name,lv_name,lv_uuid').split('\n');
  const files = lab.shell("find /var/lib/vz/images -mindepth 2 -maxdepth 2 -type f -printf '%P %i\\n'").split('\n');
  return new Map([
    ...lvs.flatMap((row): [string, string][] => {
      const [vgName = '', lvName = '', lvUuid = ''] = row.trim().split('/');
      const storeid = STORAGE_OF[vgName];
      return storeid === undefined ? [] : [[`${storeid}:${lvName}`, `LV UUID ${lvUuid}`]];
    }),
    ...files.flatMap((row): [string, string][] => {
      const [name = '', inode = ''] = row.split(' ');
      return name === '' ? [] : [[`local:${name}`, `file ${inode}`]];
    }),
  ]);
}

/** Storages of the lab, with what a disk on each is asked for as. */
export const STORAGES: Readonly<Record<string, string>> = {
  fast: 'fast:0.02',
  thin: 'thin:0.02',
  qcow2: 'local:0.02,format=qcow2',
  raw: 'local:0.02,format=raw',
  chain: 'chain:0.02',
};
