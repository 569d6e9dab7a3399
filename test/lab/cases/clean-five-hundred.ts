import { lvmStorage } from '../node/cluster.ts';
import { dmName, type Entry } from '../node/device-mapper.ts';
import type { Lab, LabCase } from '../node/lab.ts';
import { Repair } from '../node/repair.ts';
import { deviceNumber } from '../node/storage.ts';
import {
  type WrittenGroup,
  type WrittenVolume,
  writeGroup,
  writtenDmUuid,
  writtenTable,
  writtenUuid,
} from '../node/written-group.ts';

/** 500 in all: orphans, ghosts, copies of volumes in use by their guests' configuration, entries made by hand. */
const WHOLE = { orphans: 300, ghosts: 100, copies: 40, handMade: 60 };
const SAMPLE = { orphans: 12, ghosts: 6, copies: 4, handMade: 4 };

const VALID = 40;

export const labCase: LabCase = {
  about:
    'Hundreds of orphans, ghosts, copies and entries made by hand are cleaned in one run and taken back in one run: all go, all come back as they were, a plan has a line for each, and every volume has the content that it had.',
  limitSeconds: 9000,
  nightly: true,
  run(lab) {
    const counts = lab.isWhole ? WHOLE : SAMPLE;
    const leftovers = Object.values(counts).reduce((sum, count) => sum + count, 0);
    const disk = build(lab, counts);
    const repair = new Repair(lab);
    repair.settle();
    const before = { devices: identities(lab), contents: contents(lab) };
    lab.expect('the entries', before.devices.length, VALID + leftovers);

    const shown = repair.doctor('clean', '--dry-run');
    const lines = shown.stdout.split('\n').filter((line) => /^\d+ {2}DM/.test(line)).length;
    if (lab.isWhole) lab.expect('a line for each step', lines, leftovers);
    if (lab.isWhole) lab.expect('and few others', shown.stdout.split('\n').length < leftovers + 20, true);

    const whole = lab.journal.run(['sha256sum', disk]).stdout;
    const cleaned = repair.doctorWithin(7200, 'clean', '--yes', '--only', 'duplicates');
    lab.expect('the copies go', cleaned.exit, 0);
    const rest = repair.doctorWithin(7200, 'clean', '--yes', '--only', 'orphans');
    lab.expect('all else goes', rest.exit, 0);
    lab.expect('what is left', identities(lab).length, VALID);
    lab.expect('every outcome', states(repair), { changed: leftovers });
    lab.journal.note(`clean: ${paces(repair)}`);
    lab.expect('the disk is what it was', lab.journal.run(['sha256sum', disk]).stdout, whole);

    for (const run of [1, 2]) lab.expect(`undo ${run}`, repair.doctorWithin(7200, 'undo', '--yes', '--last').exit, 0);
    lab.expect('every outcome', states(repair), { changed: 2 * leftovers });
    lab.journal.note(`undo: ${paces(repair)}`);
    lab.expect('all are back', identities(lab), before.devices);
    lab.expect('every volume is what it was', contents(lab), before.contents);
    lab.expect('the disk is what it was in the end', lab.journal.run(['sha256sum', disk]).stdout, whole);
    lab.expect('no step is open', /^!/.test(repair.doctor('history').stdout), false);
  },
};

function build(lab: Lab, counts: typeof WHOLE): string {
  lab.cluster.start();
  lab.cluster.storage(lvmStorage('san', 'san', 'shared 1'));
  const known = VALID + counts.orphans;
  const volume = (at: number): WrittenVolume => {
    const vmid = at < VALID ? 100 + at : 1000 + at;
    return { lvName: `vm-${vmid}-disk-0`, vmid, uuid: writtenUuid('lv', at), extent: at };
  };
  const volumes = Array.from({ length: known + counts.ghosts + counts.handMade }, (_, at) => volume(at));
  const group: WrittenGroup = {
    ...{ vgName: 'san', uuid: writtenUuid('vg', 0), pvUuid: writtenUuid('pv', 0), extentSectors: 256 },
    ...{ extents: volumes.length, volumes: volumes.slice(0, known) },
  };
  const disk = writeGroup(lab.storage, lab.journal, group);
  lab.journal.run(['dd', 'if=/dev/urandom', `of=${disk}`, 'bs=1M', 'seek=64', 'status=none', 'conv=fsync'], {
    mayFail: true,
  });
  const entries = volumes.map((one, at): Entry => {
    const isHandMade = at >= known + counts.ghosts;
    const identity = isHandMade ? {} : { uuid: writtenDmUuid(group, one) };
    return { name: dmName('san', one.lvName), ...identity, table: [writtenTable(disk, group, one)] };
  });
  const copies = entries.slice(0, counts.copies).map(({ name, table }) => ({ name: `${name}-copy`, table }));
  lab.dm.create([...entries, ...copies]);
  lab.cluster.vms(
    new Map(
      volumes.slice(0, VALID).map(({ vmid, lvName }) => [vmid, `name: guest${vmid}\nscsi0: san:${lvName},size=128K`]),
    ),
  );
  lab.journal.note(`${disk} is ${deviceNumber(disk)}`);
  return disk;
}

/** Name, UUID and table of every entry; a number may be another one. */
function identities(lab: Lab): readonly string[] {
  const listed = lab.journal.run(['dmsetup', 'info', '-c', '--noheadings', '-o', 'name,uuid']).stdout;
  const uuids = new Map(listed.split('\n').map((line) => line.split(':', 2) as [string, string]));
  const tables = lab.journal.run(['dmsetup', 'table']).stdout.split('\n');
  return tables
    .filter((line) => line.startsWith('san-'))
    .map((line) => `${line} ${uuids.get(line.split(':', 1).join())}`)
    .sort();
}

const contents = (lab: Lab): string =>
  lab.journal.run(['sh', '-c', 'cd /dev/mapper && sha256sum san-*'], { timeoutMs: 600_000 }).stdout;

/** How many steps ended how. */
const states = (repair: Repair): Readonly<Record<string, number>> => {
  const counted: Record<string, number> = {};
  for (const { state } of repair.outcomes()) counted[state] = (counted[state] ?? 0) + 1;
  return counted;
};

/** Seconds from one outcome to the next, of the last run. */
function paces(repair: Repair): string {
  const outcomes = repair.outcomes();
  const run = outcomes.at(-1)?.run;
  const at = outcomes.filter((one) => one.run === run).map((one) => Date.parse(one.at));
  const seconds = at.slice(1).map((time, index) => (time - (at[index] ?? 0)) / 1000);
  const median = (some: readonly number[]) => some.toSorted((a, b) => a - b)[Math.floor(some.length / 2)] ?? 0;
  const tenth = Math.ceil(seconds.length / 10);
  const [first, last] = [seconds.slice(0, tenth), seconds.slice(-tenth)].map(median);
  return `${at.length} steps, median ${median(seconds)} s a step, ${first} s at the beginning, ${last} s in the end`;
}
