import { describe, expect, it } from 'vitest';
import {
  factsOf,
  guest,
  lvmReport,
  mapper,
  mention,
  storage,
  storages,
  volume,
} from '../../../test/checks/examples.ts';
import { nodeWith, placeOf, snapshot, stored } from '../../../test/checks/volume-examples.ts';
import type { FinishedTask, GuestConfig } from '../guests/pve.ts';
import type { Sections } from '../snapshot.ts';

/** What a move between guests, a template or a snapshot leaves that was killed between its steps, by kind of storage. */

const task = (over: Partial<FinishedTask> = {}): FinishedTask => ({
  ...{ node: 'pve1', type: 'qmmove', vmids: [100, 102], user: 'root@pam', status: 'unexpected status' },
  ...{ startedAt: '2026-11-02T14:00:00.000Z', endedAt: '2026-11-02T14:03:00.000Z' },
  ...over,
});

const KINDS = {
  directory: { storeid: 'disks', named: (name: string) => `${name.split('-')[1]}/${name}.raw` },
  zfs: { storeid: 'tank', named: (name: string) => name },
  lvm: { storeid: 'thin', named: (name: string) => name },
} as const;

type Kind = keyof typeof KINDS;
const EVERYWHERE = Object.keys(KINDS) as readonly Kind[];

const onLvm = (names: readonly string[], configs: readonly GuestConfig[]): Partial<Sections> => ({
  ...nodeWith([], ...configs),
  storage: storages(storage('thin', 'pve')),
  lvm: lvmReport(names.map((name) => volume('pve', name))),
  deviceMapper: mapper(),
  blockDevices: { devices: new Map() },
});

function node(kind: Kind, names: readonly string[], ...guests: readonly GuestConfig[]): Partial<Sections> {
  if (kind === 'lvm') return onLvm(names, guests);
  return nodeWith(
    [
      placeOf(
        kind,
        names.map((name) => stored(KINDS[kind].named(name))),
      ),
    ],
    ...guests,
  );
}

const owner = (vmid: number, kind: Kind, ...names: readonly string[]) =>
  guest(vmid, {
    mentions: names.map((name, at) => mention(`scsi${at}`, KINDS[kind].storeid, KINDS[kind].named(name))),
  });

const standings = (sections: Partial<Sections>): readonly string[] =>
  factsOf(sections).leftovers.volumes.map(
    ({ name, standing }) =>
      `${name.replace(/^\d+\//, '').replace(/\.raw$/, '')}: ${'because' in standing ? standing.because : standing.is}`,
  );

describe.each(EVERYWHERE)('on %s the only copy of a disk is no leftover', (kind) => {
  const missing = (vmid: number, name: string) =>
    `guest ${vmid} names ${KINDS[kind].storeid}:${KINDS[kind].named(name)}, which is not there; this may be it`;

  it('after a move to another guest that was killed before it wrote a configuration', () => {
    const sections = node(
      kind,
      ['vm-100-disk-0', 'vm-102-disk-0'],
      owner(100, kind, 'vm-100-disk-0', 'vm-100-disk-1'),
      owner(102, kind),
    );
    expect(standings(sections)).toEqual([`vm-102-disk-0: ${missing(100, 'vm-100-disk-1')}`]);
  });

  it('nor where the target names it, and it still has its old name', () => {
    const sections = node(kind, ['vm-100-disk-1'], owner(100, kind), owner(102, kind, 'vm-102-disk-0'));
    expect(standings(sections)).toEqual([`vm-100-disk-1: ${missing(102, 'vm-102-disk-0')}`]);
  });

  it('after a move that was killed between the two configurations: its task says so, and no line', () => {
    const sections = node(kind, ['vm-102-disk-0'], owner(100, kind), owner(102, kind));
    const [standing] = standings({ ...sections, finishedTasks: { tasks: [task()] } });
    expect(standing).toContain(
      'the last task of guest 102 did not end well (qmmove of root@pam, ended 2026-11-02 14:03 UTC with: unexpected status)',
    );
    const died = [{ upid: 'UPID:x', type: 'qmmove', id: '100-scsi1>102-scsi1', vmids: [100, 102], user: 'root@pam' }];
    const [other] = standings({ ...sections, activity: { tasks: [], locks: [], died } });
    expect(other).toContain('task qmmove of guest 102 has no end and no process');
  });

  it('after a template that was killed', () => {
    const sections = node(
      kind,
      ['base-103-disk-0', 'vm-103-disk-1'],
      owner(103, kind, 'vm-103-disk-0', 'vm-103-disk-1'),
    );
    expect(standings(sections)).toEqual([`base-103-disk-0: ${missing(103, 'vm-103-disk-0')}`]);
  });

  it('names what has its number first', () => {
    const sections = node(
      kind,
      ['base-103-disk-0'],
      owner(9, kind, 'vm-9-disk-0'),
      owner(103, kind, 'vm-103-disk-7', 'vm-103-disk-0'),
    );
    expect(standings(sections)).toEqual([`base-103-disk-0: ${missing(103, 'vm-103-disk-0')}`]);
  });

  it('and is one again when nothing is missing and the last task ended well', () => {
    const sections = node(kind, ['vm-102-disk-0'], owner(100, kind), owner(102, kind));
    const judgedAfter = (...tasks: readonly FinishedTask[]) => standings({ ...sections, finishedTasks: { tasks } });
    expect(judgedAfter(task(), task({ type: 'qmtemplate', status: 'OK' }))).toEqual(['vm-102-disk-0: leftover']);
    expect(judgedAfter(task({ status: 'WARNINGS: 1' }))).toEqual(['vm-102-disk-0: leftover']);
    expect(judgedAfter(task({ vmids: [100] }))).toEqual(['vm-102-disk-0: leftover']);
    expect(judgedAfter(task({ type: 'qmrestore' }))).toEqual(['vm-102-disk-0: leftover']);
    expect(judgedAfter(task({ type: 'qmstart' }))).toEqual(['vm-102-disk-0: leftover']);
  });

  it('and is one beside a cloud-init drive that is made anew', () => {
    const sections = node(kind, ['vm-102-disk-0'], owner(100, kind, 'vm-100-cloudinit'));
    expect(standings(sections)).toEqual(['vm-102-disk-0: leftover']);
  });
});

describe('a snapshot of a chain that was killed', () => {
  it('leaves the data in a file of the snapshot', () => {
    const vm = guest(102, { mentions: [mention('scsi0', 'disks', '102/vm-102-disk-0.qcow2')] });
    const place = placeOf('directory', [stored('102/snap-s1-vm-102-disk-0.qcow2')]);
    expect(standings(nodeWith([place], vm))).toEqual([
      'snap-s1-vm-102-disk-0.qcow2: guest 102 names disks:102/vm-102-disk-0.qcow2, which is not there; this may be it',
    ]);
  });

  it('leaves it in a volume of LVM', () => {
    const vm = guest(102, { mentions: [mention('scsi0', 'thin', 'vm-102-disk-0.qcow2')] });
    expect(standings(onLvm(['snap_vm-102-disk-0_s1.qcow2'], [vm]))).toEqual([
      'snap_vm-102-disk-0_s1.qcow2: guest 102 names thin:vm-102-disk-0.qcow2, which is not there; this may be it',
    ]);
  });
});

describe('a place', () => {
  const away = guest(102, { node: 'pve2', mentions: [mention('scsi0', 'tank', 'vm-102-disk-0')] });

  it('that is shared lacks what a guest of any node names, another one what its own guests name', () => {
    const tank = placeOf('zfs', [stored('vm-100-disk-1')]);
    expect(standings(nodeWith([{ ...tank, shared: true }], away))[0]).toContain('guest 102 names tank:vm-102-disk-0');
    expect(standings(nodeWith([tank], away))).toEqual(['vm-100-disk-1: leftover']);
  });

  it('is judged where another one lacks something', () => {
    const places = [placeOf('zfs', [stored('vm-100-disk-1')]), placeOf('directory', [])];
    const vm = guest(102, { mentions: [mention('scsi0', 'disks', '102/vm-102-disk-0.raw')] });
    expect(standings(nodeWith(places, vm))).toEqual(['vm-100-disk-1: leftover']);
  });

  it('has no unknown snapshot either while something is missing', () => {
    const volumes = [stored('vm-100-disk-0', { snapshots: [snapshot('ghost')] })];
    const vm = owner(100, 'zfs', 'vm-100-disk-0', 'vm-100-disk-1');
    const [judged] = factsOf(nodeWith([placeOf('zfs', volumes)], vm)).leftovers.snapshots;
    expect(judged?.standing.is).toBe('unclear');
  });
});

describe('a task that did not end well', () => {
  it('says nothing of a volume that was made later', () => {
    const late = stored('vm-102-disk-0', { createdAt: '2026-11-03T00:00:00.000Z' });
    const sections = nodeWith([placeOf('zfs', [late])], owner(102, 'zfs'));
    expect(standings({ ...sections, finishedTasks: { tasks: [task()] } })).toEqual(['vm-102-disk-0: leftover']);
  });
});
