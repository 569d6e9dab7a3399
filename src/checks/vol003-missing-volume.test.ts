import { describe, expect, it } from 'vitest';
import { given, guest, mention } from '../../test/checks/examples.ts';
import { nodeWith, placeOf, snapshot, stored } from '../../test/checks/volume-examples.ts';
import type { VolumeMention } from '../model/guests/pve.ts';
import { unreadable } from '../model/reading.ts';
import { vol003 as check } from './vol003-missing-volume.ts';

const vol003 = given(check);
const FILE = '100/vm-100-disk-0.qcow2';
const inSnapshot = (key: string, volname = FILE): VolumeMention => ({
  ...mention(key, 'disks', volname),
  ...{ section: 'snapshot', snapshot: 'before' },
});
const subjects = (...args: Parameters<typeof nodeWith>) =>
  vol003.examine(nodeWith(...args), {}).map(({ subject, headline }) => `${subject.id}: ${headline}`);

describe('VOL003', () => {
  const empty = placeOf('directory', []);

  it('says what the guest cannot do without its volume, once for each volume', () => {
    const mentions = [mention('scsi0', 'disks', FILE), inSnapshot('scsi0')];
    expect(subjects([empty], guest(100, { mentions }))).toEqual([
      `disks:${FILE}: cannot start: scsi0 is disks:${FILE}, which is not there`,
    ]);
    expect(subjects([empty], guest(100, { mentions: [inSnapshot('scsi0')] }))).toEqual([
      `disks:${FILE}: cannot go back to snapshot before: scsi0 is disks:${FILE}, which is not there`,
    ]);
  });

  it('looks for the clone of a linked clone, and not only for its base', () => {
    const base = placeOf('directory', [stored('9/base-9-disk-0.qcow2')]);
    const volname = '9/base-9-disk-0.qcow2/100/vm-100-disk-0.qcow2';
    expect(subjects([base], guest(100, { mentions: [mention('scsi0', 'disks', volname)] }))).toHaveLength(1);
  });

  it.each([
    ['an unused disk', mention('unused0', 'disks', FILE)],
    ['a cloud-init drive, which is made anew', mention('ide2', 'disks', '100/vm-100-cloudinit.qcow2')],
    ['an ISO image', mention('ide2', 'disks', 'iso/debian.iso')],
    ['a comment', { ...mention('#scsi0', 'disks', FILE), certainty: 'maybe' } as const],
    ['a storage that is not looked at', mention('scsi0', 'local-lvm', 'vm-100-disk-0')],
  ])('is silent about %s', (_, one) => {
    expect(subjects([empty], guest(100, { mentions: [one] }))).toEqual([]);
  });

  it('is silent about guests of other nodes, and of which a task is at work', () => {
    const mentions = [mention('scsi0', 'disks', FILE)];
    expect(subjects([empty], guest(100, { mentions, node: 'pve2' }))).toEqual([]);
    expect(subjects([empty], guest(100, { mentions, lock: 'migrate' }))).toEqual([]);
  });

  it('is unknown, not accusing, where the place could not be listed', () => {
    const contents = unreadable({ kind: 'failed', source: 'storage disks', detail: 'nothing is mounted' });
    const node = nodeWith([{ ...empty, contents }], guest(100, { mentions: [mention('scsi0', 'disks', FILE)] }));
    expect(vol003.examine(node, {})).toEqual([]);
    expect(vol003.unjudged(node)).toEqual(['storage disks: nothing is mounted']);
  });
});

describe('VOL003 of snapshots', () => {
  const holding = (over: Partial<ReturnType<typeof stored>>, name = FILE) => placeOf('directory', [stored(name, over)]);
  const owner = (over = {}, name = FILE) =>
    guest(100, { mentions: [mention('scsi0', 'disks', name), inSnapshot('scsi0', name)], ...over });

  it('says which disk does not have it, and takes it out of the configuration', () => {
    const [finding] = vol003.examine(nodeWith([holding({ snapshots: [snapshot('other')] })], owner()), {});
    expect(finding?.subject.id).toBe(`disks:${FILE}@before`);
    expect(finding?.evidence.map(({ fact }) => fact)).toContain(`snapshots of disks:${FILE}: other`);
    expect(finding?.remedy.commands).toEqual([
      ['pvenode', 'task', 'list', '--vmid', '100', '--source', 'active'],
      ['qm', 'config', '100', '--snapshot', 'before'],
      ['qm', 'delsnapshot', '100', 'before', '--force', '1'],
    ]);
  });

  it('is silent where the disk has it, or where nobody can tell', () => {
    expect(subjects([holding({ snapshots: [snapshot('before')] })], owner())).toEqual([]);
    expect(subjects([holding({ unread: 'Permission denied' })], owner())).toEqual([]);
    const raw = '100/vm-100-disk-0.raw';
    expect(subjects([holding({}, raw)], owner({}, raw))).toEqual([]);
  });

  it('leaves snapshots that were never finished, and RAM states, to others', () => {
    const unfinished = [{ snapshot: 'before', state: 'delete' as const }];
    expect(subjects([holding({})], owner({ unfinished }))).toEqual([]);
    const state = stored('100/vm-100-state-before.qcow2');
    const ram = guest(100, { mentions: [inSnapshot('vmstate', state.name)] });
    expect(subjects([placeOf('directory', [state])], ram)).toEqual([]);
  });
});
