import { describe, expect, it } from 'vitest';
import {
  ask,
  disk,
  FILE,
  fates,
  NOT_GIVEN,
  type Node,
  sectionsOf,
  texts,
  vm,
  WELL,
} from '../../../test/checks/before-examples.ts';
import { factsOf, guest, mention, readingsOf, storage, uuid, volume } from '../../../test/checks/examples.ts';
import { LONG_AGO, stored } from '../../../test/checks/volume-examples.ts';
import type { GuestConfig } from '../guests/pve.ts';
import type { Sections } from '../snapshot.ts';
import { exitOf, type Wanted } from './answer.ts';
import { GUEST_OPERATIONS, rebootAnswer } from './operations.ts';
import { situationOf } from './situation.ts';

it('nothing stops what nothing is known to stop, and nobody is told that it is safe', () => {
  for (const operation of ['start', 'template'] as const) {
    const answer = ask(WELL, operation);
    expect(answer.stops).toEqual([]);
    expect(answer.notLooked).toEqual([]);
    expect(exitOf(answer)).toBe(0);
  }
});

describe('what every operation meets', () => {
  it.each(['destroy', 'start', 'clone', 'snapshot', 'resize', 'move-disk', 'template', 'restore', 'migrate'] as const)(
    '%s: a lock',
    (operation) => {
      const node = { ...WELL, configs: [vm({ lock: 'clone' })] };
      const answer = ask(node, operation, { snapshot: 'a', disk: 'scsi0', to: 'pve2', storage: 'tank' });
      expect(texts(answer)).toContain('VM is locked (clone)');
      expect(exitOf(answer)).toBe(2);
    },
  );

  it.each([
    [{ configs: [vm({}, disk('gone'))] }, "storage 'gone' does not exist"],
    [
      { configs: [vm({}, disk('off'))], storages: [storage('off', 'x', { disabled: true })] },
      "storage 'off' is disabled",
    ],
    [
      { configs: [vm({}, disk('far'))], storages: [storage('far', 'x', { nodes: ['pve2'] })] },
      "storage 'far' is not available on node 'pve1'",
    ],
    [{ configs: [vm()] }, `volume 'disks:${FILE}' does not exist`],
    [{ configs: [vm({}, disk('local-lvm'))] }, 'no such logical volume pve/vm-100-disk-0'],
    [
      { configs: [vm({}, disk('san'))] },
      "can't activate LV '/dev/san/vm-100-disk-0':   Failed to find logical volume \"san/vm-100-disk-0\"",
    ],
  ] as const)('start and clone: %j', (node, text) => {
    for (const operation of ['start', 'clone'] as const) expect(texts(ask(node, operation))).toContain(text);
  });

  it('what could not be looked at is said, and is no reason to refuse', () => {
    const node: Node = { ...WELL, extra: { volumes: undefined } as unknown as Partial<Sections> };
    const { volumes: _, ...sections } = sectionsOf(node);
    const facts = factsOf(sections);
    const situation = situationOf(vm(), facts, readingsOf(sections));
    const answer = GUEST_OPERATIONS.start.answer(
      situation,
      { ...NOT_GIVEN, operation: 'start', vmid: 100 },
      facts,
      true,
    );
    expect(answer.stops).toEqual([]);
    expect(answer.notLooked.join()).toContain(`whether disks:${FILE} (scsi0) is there`);
    expect(exitOf(answer)).toBe(3);
  });

  it('whether it runs is said to be unknown where nobody could read it', () => {
    const { running: _, ...sections } = sectionsOf(WELL);
    const facts = factsOf(sections);
    const situation = situationOf(vm(), facts, readingsOf(sections));
    const wanted: Wanted = { ...NOT_GIVEN, operation: 'destroy', vmid: 100 };
    const answer = GUEST_OPERATIONS.destroy.answer(situation, wanted, facts, true);
    expect(answer.notLooked.join()).toContain('whether it runs: ');
    expect(exitOf(answer)).toBe(3);
  });
});

it('a dead entry stands in the way of a start, and of a clone to its number', () => {
  const lv = volume('san', 'vm-100-disk-0');
  const dead = { ...lv, lvUuid: uuid('gone') };
  const text = 'device-mapper: create ioctl on san-vm--100--disk--0 failed: Device or resource busy';
  expect(texts(ask({ lvs: [lv], stale: [dead], configs: [vm({}, disk('san'))] }, 'start'))).toContain(text);
  expect(texts(ask({ lvs: [lv], stale: [lv], configs: [vm({}, disk('san'))] }, 'start'))).toEqual([]);
  const other = { ...volume('san', 'vm-105-disk-0'), lvUuid: uuid('gone') };
  const clone = ask({ lvs: [lv], stale: [other], configs: [vm({}, disk('san'))] }, 'clone', { newid: 105 });
  expect(texts(clone).join()).toContain('create ioctl on san-vm--105--disk--0 failed');
});

describe('destroy', () => {
  it('takes what its lines name and carries its number, whoever else names it', () => {
    const other = guest(101, { mentions: [mention('scsi3', 'disks', FILE)] });
    const answer = ask({ ...WELL, configs: [vm(), other] }, 'destroy');
    expect(fates(answer)).toEqual([`removed disks:${FILE}`]);
    expect(answer.touched[0]).toMatchObject({ identity: 'file 8:1 7', lines: ['scsi0'] });
    expect(answer.touched[0]?.others[0]).toContain('guest 101 on node pve1 names it: scsi3');
    expect(exitOf(answer)).toBe(2);
  });

  it.each<[string, Partial<Node>, string]>([
    ['is disabled', { storages: [storage('far', 'san', { disabled: true })] }, 'storage far is disabled'],
    [
      'is not for this node',
      { storages: [storage('far', 'san', { nodes: ['pve2'] })] },
      'storage far is not for node pve1',
    ],
    ['is not configured', {}, 'storage far is not configured'],
  ])('leaves a volume whose storage %s, and nothing names it then', (_, more, because) => {
    const node = { ...WELL, lvs: [volume('san', 'vm-100-disk-0')], ...more };
    const lines = [mention('scsi0', 'disks', FILE), disk('far', 'vm-100-disk-0', 'scsi1')];
    const answer = ask({ ...node, configs: [vm({}, ...lines)] }, 'destroy');
    expect(fates(answer).slice(0, 2)).toEqual([`removed disks:${FILE}`, 'kept far:vm-100-disk-0']);
    expect(answer.notes.join('\n')).toContain(`far:vm-100-disk-0 (scsi1) stays: ${because}; the configuration goes`);
    expect(answer.stops).toEqual([]);
  });

  it('of a container ends at a volume whose storage cannot be used', () => {
    const container = vm({ type: 'lxc' }, disk('san', 'vm-100-disk-0', 'rootfs'), disk('off', 'vm-100-disk-1', 'mp0'));
    const storages = [storage('off', 'x', { disabled: true })];
    const answer = ask({ configs: [container], lvs: [volume('san', 'vm-100-disk-0')], storages }, 'destroy');
    expect(texts(answer)).toEqual(["storage 'off' is disabled"]);
    expect(answer.stops[0]?.because).toContain('what it removed before is gone');
    expect(fates(answer)).toEqual(['removed san:vm-100-disk-0', 'kept off:vm-100-disk-1']);
  });

  it('leaves what carries another number, and tells what carries its own and no line names', () => {
    const lvs = [volume('san', 'vm-100-disk-5'), volume('san', 'vm-100-disk-0')];
    const node = {
      files: [stored('105/vm-105-disk-0.raw'), stored('100/vm-100-disk-9.raw')],
      ...{ lvs, configs: [vm({}, mention('scsi1', 'disks', '105/vm-105-disk-0.raw'), disk('san'))] },
    };
    const answer = ask(node, 'destroy');
    expect(fates(answer)).toEqual([
      'kept disks:105/vm-105-disk-0.raw',
      'removed san:vm-100-disk-0',
      'removed if asked disks:100/vm-100-disk-9.raw',
      'removed if asked san:vm-100-disk-5',
    ]);
    expect(answer.touched[3]?.others.join()).toContain('a guest of another cluster may have it');
    expect(answer.notes.join()).toContain('qm disk rescan');
    expect(exitOf(answer)).toBe(1);
  });

  it.each<[string, Partial<Node>, string]>([
    ['it runs', { runs: [100] }, 'VM 100 is running - destroy failed'],
    ['protection', { configs: [vm({ protection: true })] }, "can't remove VM 100 - protection mode enabled"],
    [
      'HA',
      { extra: { ha: { managed: new Map([[100, 'started']]), heldTo: new Map() } } },
      'unable to remove VM 100 - used in HA resources and purge parameter not set.',
    ],
    [
      'replication',
      {
        extra: {
          replication: {
            configured: true,
            jobs: [{ id: '100-0', vmid: 100, target: 'pve2', disabled: false, beingRemoved: false }],
            states: [],
          },
        },
      },
      "There is a replication job '100-0' for guest '100'",
    ],
  ])('is refused: %s', (_, more, text) => {
    expect(texts(ask({ ...WELL, ...more }, 'destroy'))).toEqual([text]);
  });

  it('of a template is refused while a linked clone reads through it', () => {
    const base = '100/base-100-disk-0.qcow2';
    const clone = guest(101, { mentions: [mention('scsi0', 'disks', `${base}/101/vm-101-disk-0.qcow2`)] });
    const node = { files: [stored(base)], configs: [vm({ template: true }, mention('scsi0', 'disks', base)), clone] };
    expect(texts(ask(node, 'destroy'))).toEqual([`base volume 'disks:${base}' is still in use by linked cloned`]);
  });

  it('tells the last backup of the log', () => {
    const task = { node: 'pve1', type: 'vzdump', vmids: [100], user: 'root@pam', status: 'OK', startedAt: LONG_AGO };
    const finishedTasks = { tasks: [{ ...task, endedAt: LONG_AGO }] };
    expect(ask({ ...WELL, extra: { finishedTasks } }, 'destroy').notes.join()).toContain('ended 2026-10-01 00:00 UTC');
  });
});

describe('restore', () => {
  it('over a guest takes its disks before it reads the archive', () => {
    const answer = ask({ ...WELL, files: [stored(FILE), stored('100/vm-100-disk-8.raw')] }, 'restore', {
      storage: 'disks',
    });
    expect(fates(answer)).toEqual([`removed or unused disks:${FILE}`, 'adopted disks:100/vm-100-disk-8.raw']);
    expect(answer.notes.join()).toContain('before the archive is read');
    expect(exitOf(answer)).toBe(3);
  });

  it('takes an unused disk of a VM for itself, and all disks of a container', () => {
    const lines = [mention('scsi0', 'disks', FILE), disk('san', 'vm-100-disk-1', 'unused0')];
    const node = { ...WELL, lvs: [volume('san', 'vm-100-disk-1')] };
    const over = (config: GuestConfig) => fates(ask({ ...node, configs: [config] }, 'restore', { storage: 'disks' }));
    expect(over(vm({}, ...lines))).toEqual([`removed or unused disks:${FILE}`, 'adopted san:vm-100-disk-1']);
    const kept = { ...disk('san', 'vm-100-state-a', 'vmstate'), section: 'snapshot' as const, snapshot: 'a' };
    expect(over(vm({}, kept))).toContain('removed san:vm-100-state-a');
    expect(over(vm({ type: 'lxc' }, disk('san', 'vm-100-disk-1', 'unused0')))).toEqual(['removed san:vm-100-disk-1']);
  });

  it('of a guest that is gone adopts what carries its number', () => {
    const answer = ask({ files: [stored('100/vm-100-disk-8.raw')], configs: [] }, 'restore', { storage: 'disks' });
    expect(fates(answer)).toEqual(['adopted disks:100/vm-100-disk-8.raw']);
  });
});

it('before a reboot, guests that run and could not start again are told', () => {
  const sections = sectionsOf({ configs: [vm(), guest(101, { node: 'pve2' })], runs: [100] });
  const answer = rebootAnswer(factsOf(sections), readingsOf(sections));
  expect(answer.stops.map(({ because }) => because)).toEqual([
    `VM 100 runs and could not start again: scsi0 is disks:${FILE}, which is not there`,
  ]);
  expect(answer.notes.join()).toContain('VM 100 runs on storage of this node alone (disks)');
});
