import { describe, expect, it } from 'vitest';
import { cluster, given, guest, guests, mention, storage, storages } from '../../test/checks/examples.ts';
import type { HaResources } from '../model/guests/ha.ts';
import type { GuestConfig, VolumeMention } from '../model/guests/pve.ts';
import { known } from '../model/reading.ts';
import { vol019 as check } from './vol019-ha-guest-held-here.ts';

const vol019 = given(check);
const names = { ...cluster, nodeNames: ['pve1', 'pve2', 'pve3', 'pve9'], members: ['pve1', 'pve2', 'pve3'] };
const all = storages(
  storage('local-lvm', 'pve'),
  storage('san', 'san', { shared: true }),
  storage('two', 'two', { shared: true, nodes: ['pve1', 'pve2'] }),
);
const LOCAL = mention('scsi0', 'local-lvm', 'vm-100-disk-0');
const started = (heldTo: HaResources['heldTo'] = new Map()): HaResources => ({
  managed: new Map([[100, 'started']]),
  heldTo,
});
const facts = (one: VolumeMention, ha = started(), over: Partial<GuestConfig> = {}) => ({
  ...{ cluster: names, guests: guests(guest(100, { mentions: [one], ...over })), storage: all, ha },
});
const copies = (...targets: readonly string[]) => ({
  replication: known({
    configured: true,
    jobs: targets.map((target) => ({ id: `100-${target}`, vmid: 100, target, disabled: false, beingRemoved: false })),
    states: [],
  }),
});
const barred = (...args: Parameters<typeof facts>) =>
  vol019.examine(facts(...args), copies()).map(({ title }) => title.replace(/.* on /, ''));

describe('VOL019', () => {
  it('names the nodes and the disk that keeps it from them', () => {
    const [finding, ...more] = vol019.examine(facts(LOCAL), copies());
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ harm: 'housekeeping', vmid: 100, subject: { kind: 'vmid', id: '100' } });
    expect(finding?.headline).toBe(
      'is under HA, and cannot start on pve2, pve3: scsi0 is on storage local-lvm of this node alone',
    );
  });

  it.each<[string, VolumeMention, HaResources, readonly string[]]>([
    ['a storage that some nodes do not have', mention('scsi0', 'two', 'vm-100-disk-0'), started(), ['pve3']],
    ['a rule that allows a node without its disk', LOCAL, started(new Map([[100, ['pve1', 'pve3']]])), ['pve3']],
  ])('counts %s', (_, one, ha, nodes) => expect(barred(one, ha)).toEqual(nodes));

  it.each<[string, VolumeMention, HaResources, Partial<GuestConfig>]>([
    ['its storage is shared by all', mention('scsi0', 'san', 'vm-100-disk-0'), started(), {}],
    ['a rule holds it here', LOCAL, started(new Map([[100, ['pve1']]])), {}],
    [
      'a rule holds it to nodes that have the storage',
      mention('scsi0', 'two', 'vm-100-disk-0'),
      started(new Map([[100, ['pve1', 'pve2']]])),
      {},
    ],
    ['it is not under HA', LOCAL, { managed: new Map(), heldTo: new Map() }, {}],
    ['it is to stay stopped', LOCAL, { managed: new Map([[100, 'stopped']]), heldTo: new Map() }, {}],
    ['it is of another node', LOCAL, started(), { node: 'pve2' }],
    ['the line is unused', { ...LOCAL, key: 'unused0' }, started(), {}],
    ['it is a cloud-init drive', mention('ide2', 'local-lvm', 'vm-100-cloudinit'), started(), {}],
    ['its storage is not known', mention('scsi0', 'gone', 'vm-100-disk-0'), started(), {}],
  ])('is silent where %s', (_, one, ha, over) => expect(barred(one, ha, over)).toEqual([]));

  it('counts a node that a job copies its disks to', () => {
    expect(vol019.examine(facts(LOCAL), copies('pve2')).map(({ title }) => title)).toEqual([
      'Guest 100 is under HA, and cannot start on pve3',
    ]);
  });

  it('judges nothing where the nodes of the cluster are not known', () => {
    const { members: _, ...alone } = names;
    const node = { ...facts(LOCAL), cluster: alone };
    expect(vol019.examine(node, copies())).toEqual([]);
    expect(vol019.unjudged(node)).toHaveLength(1);
  });

  it('judges nothing without the rules', () => {
    expect(barred(LOCAL, started(null))).toEqual([]);
    expect(vol019.unjudged(facts(LOCAL, started(null)))).toHaveLength(1);
  });
});
