import { describe, expect, it } from 'vitest';
import {
  given,
  guest,
  lvmReport,
  mapper,
  mention,
  storage,
  storages,
  textOf,
  volume,
  wanted,
} from '../../test/checks/examples.ts';
import { begun } from '../../test/checks/guest-examples.ts';
import { changesOf, linesOf, vectorsOf } from '../../test/data/commands.ts';
import type { GuestConfig, VolumeMention } from '../model/guests/pve.ts';
import type { LogicalVolume } from '../model/lvm/lvm.ts';
import { vol004 as check } from './vol004-stale-lock.ts';

const vol004 = given(check);
const LOOK = ['pvenode', 'task', 'list', '--vmid', '100', '--source', 'active'];
const locked = (lock: string, over = {}) =>
  guest(100, { lock, unchangedSeconds: 3 * 86_400, writtenAt: 1_700_000_000, ...over });

/** Its finding; its disks are on VG `san` (thick and chains) and on thin VG `pve`, which hold these volumes. */
const found = (config: GuestConfig, ...lvs: readonly LogicalVolume[]) => {
  const thin = storage('thin', 'pve', { type: 'lvmthin', properties: { vgname: 'pve', thinpool: 'data' } });
  const node = {
    ...begun(config),
    storage: storages(storage('san', 'san'), thin),
    lvm: lvmReport(lvs),
    deviceMapper: mapper(),
  };
  return vol004.examine(node, wanted(['guestDisks'], node));
};
const examine = (facts: Parameters<typeof vol004.examine>[0]) => vol004.examine(facts, wanted(['guestDisks'], facts));

describe('VOL004', () => {
  it('says that nothing holds a lock, how long it has stood, and how to take it away', () => {
    const [finding, ...more] = found(locked('backup'));
    expect(more).toEqual([]);
    expect(finding).toMatchObject({
      harm: 'operation',
      subject: { kind: 'vmid', id: '100' },
      repairAction: null,
    });
    expect(vectorsOf(finding?.remedy.commands)).toEqual([LOOK, ['qm', 'unlock', '100']]);
    expect(linesOf(finding?.remedy.commands)[1]).toContain(
      ' 1700000000 -c %Y -- /etc/pve/nodes/pve1/qemu-server/100.conf && timeout',
    );
    expect(finding && textOf(finding)).toContain('for 3 days');
  });

  it.each([
    ['fstrim', { type: 'lxc' }, ['pct', 'unlock', '100'], 'take the lock away'],
    ['suspending', {}, ['qm', 'unlock', '100'], 'power cut'],
    ['create', {}, ['qm', 'unlock', '100'], 'do not start it'],
    ['clone', {}, ['qm', 'unlock', '100'], 'without its unreferenced disks'],
    ['destroyed', { type: 'lxc' }, ['pct', 'unlock', '100'], 'removes no guest'],
  ] as const)('tells what lock: %s leaves behind', (lock, over, command, words) => {
    const [finding] = found(locked(lock, over));
    expect(vectorsOf(finding?.remedy.commands).at(-1)).toEqual(command);
    // An unlock that is pasted hours later must show first whether a task has begun since.
    expect(vectorsOf(finding?.remedy.commands)[0]).toEqual(LOOK);
    expect(finding?.remedy.text).toContain(words);
  });

  it('prints no unlock where nobody knows when the configuration was written', () => {
    expect(changesOf(found(locked('backup', { writtenAt: null }))[0]?.remedy.commands)).toEqual([]);
  });

  it.each(['migrate', 'a-later-word'])(
    'prints no unlock of lock: %s, whose end no look at this node can know',
    (lock) => {
      const [finding] = found(locked(lock));
      expect(vectorsOf(finding?.remedy.commands)).toEqual([LOOK, ['qm', 'config', '100']]);
    },
  );

  describe('of tasks that rename and remove disks', () => {
    const THIN = 'vm-100-disk-0';
    const CHAIN = 'vm-100-disk-0.qcow2';
    const thin = (name: string) => volume('pve', name, { poolLv: 'data' });
    const naming = (lock: string, disk: VolumeMention, over: Partial<GuestConfig> = {}) =>
      locked(lock, { snapshots: ['s1'], mentions: [disk], ...over });
    const onThin = mention('scsi0', 'thin', THIN);
    const onChain = mention('scsi0', 'san', CHAIN);
    const commandsOf = (...args: Parameters<typeof found>) =>
      vectorsOf(found(...args)[0]?.remedy.commands).map((words) => words.slice(0, 2).join(' '));
    const ONLY_LOOKS = ['pvenode task', 'qm config', 'pvenode task'];

    it.each(['disk', 'rollback', 'snapshot', 'snapshot-delete'])('unlocks %s where each disk was seen', (lock) => {
      const config = naming(lock, onThin);
      expect(commandsOf(config, thin(THIN), thin(`snap_${THIN}_s1`))).toEqual(['pvenode task', 'qm unlock']);
    });

    it('prints nothing that changes while a disk is missing, and says what may be it', () => {
      const config = naming('rollback', onThin);
      const [finding] = found(config, thin(`snap_${THIN}_s1`));
      expect(finding?.remedy.text).toContain(`snap_${THIN}_s1 may hold all its data`);
      expect(commandsOf(config, thin(`snap_${THIN}_s1`))).toEqual(ONLY_LOOKS);
      expect(commandsOf(config, thin('vm-101-disk-0'))).toEqual(ONLY_LOOKS);
    });

    it('prints nothing that changes of a volume chain, or where a storage was not seen', () => {
      expect(commandsOf(naming('rollback', onChain), volume('san', CHAIN))).toEqual(ONLY_LOOKS);
      expect(commandsOf(naming('rollback', mention('scsi0', 'nas', '100/vm-100-disk-0.qcow2')))).toEqual(ONLY_LOOKS);
      expect(commandsOf(naming('disk', onThin, { incomplete: 'line 3' }), thin(THIN))).toEqual(ONLY_LOOKS);
    });

    it('leaves the lock of a snapshot that was begun to VOL005', () => {
      const unfinished = [{ snapshot: 's1', state: 'prepare' as const }];
      expect(found(naming('snapshot', onThin, { unfinished }), thin(THIN))).toEqual([]);
      // A lock of another task comes first.
      expect(found(naming('rollback', onThin, { unfinished }), thin(THIN))).toHaveLength(1);
    });
  });

  it.each([
    ['a task works', begun(locked('backup'), { state: 'working', because: 'task vzdump runs' })],
    ['nobody can tell', begun(locked('backup'), { state: 'untold', by: 'others', because: 'pve2 is offline' })],
    ['there is none', begun(guest(100))],
    ['the guest sleeps', begun(locked('suspended'))],
    ['somebody mounted its disks', begun(locked('mounted', { type: 'lxc' }))],
    ['the guest is another node’s', begun(locked('backup', { node: 'pve2' }))],
  ])('accuses no lock where %s', (_, facts) => expect(examine(facts)).toEqual([]));

  it('says where nobody can tell', () => {
    const facts = { guests: { configs: [locked('backup')] }, cluster: begun(locked('backup')).cluster } as never;
    const work = { on: () => ({ state: 'untold', by: 'others', because: 'pve2 is offline' }) } as const;
    expect(check.notCompared?.({ ...(facts as object), guestWork: work } as never)).toEqual([
      'guest 100 has lock: backup, and pve2 is offline',
    ]);
  });
});
