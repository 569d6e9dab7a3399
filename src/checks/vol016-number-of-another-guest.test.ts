import { describe, expect, it } from 'vitest';
import { cluster, given, guest, guests, mention, storage, storages } from '../../test/checks/examples.ts';
import type { GuestConfig, VolumeMention } from '../model/guests/pve.ts';
import { vol016 as check } from './vol016-number-of-another-guest.ts';

const vol016 = given(check);
const DISK = mention('scsi1', 'san', 'vm-500-disk-0');
const san = storage('san', 'san', { shared: true });
const examine = (...configs: readonly GuestConfig[]) =>
  vol016.examine({ cluster, guests: guests(...configs), storage: storages(san, storage('local', 'pve')) }, {});
const user = (one: VolumeMention = DISK, over: Partial<GuestConfig> = {}) => guest(400, { mentions: [one], ...over });
const other = (over: Partial<GuestConfig> = {}) => guest(500, over);

describe('VOL016', () => {
  it('warns of what a restore of the guest that is there would take', () => {
    const [finding, ...more] = examine(user(), other());
    expect(more).toEqual([]);
    expect(finding).toMatchObject({
      ...{ harm: 'operation', vmid: 400, subject: { kind: 'volume', id: 'san:vm-500-disk-0' } },
      headline: 'names a disk that bears the number of guest 500: scsi1 is san:vm-500-disk-0',
      remedy: { commands: [{ kind: 'reads', argv: ['qm', 'config', '400'] }] },
    });
    expect(finding?.impact).toContain('A restore of guest 500');
  });

  it('is a notice where no node has a guest of that number', () => {
    expect(examine(user()).map(({ harm }) => harm)).toEqual(['housekeeping']);
  });

  it.each<[string, VolumeMention]>([
    ['an unused line', { ...DISK, key: 'unused0' }],
    ['a snapshot', { ...DISK, section: 'snapshot', snapshot: 's1' }],
    ['a path', { ...DISK, target: { kind: 'path', path: '/dev/san/vm-500-disk-0', resolved: null } }],
  ])('counts %s', (_, one) => expect(examine(user(one), other())).toHaveLength(1));

  it.each<[string, readonly GuestConfig[]]>([
    [
      'the guest of that number names it too (VOL015)',
      [user(), other({ mentions: [mention('scsi0', 'san', 'vm-500-disk-0')] })],
    ],
    ['it bears the number of who names it', [user(mention('scsi0', 'san', 'vm-400-disk-0')), other()]],
    ['it is the disk of a linked clone', [user(mention('scsi0', 'san', 'base-500-disk-0/vm-400-disk-0')), other()]],
    ['it is an ISO image', [user(mention('ide2', 'san', 'iso/vm-500-disk-0.iso')), other()]],
    ['only a guest of another node names it', [user(DISK, { node: 'pve2' }), other()]],
    ['nothing in its name is a number', [user(mention('scsi0', 'san', 'data')), other()]],
  ])('is silent where %s', (_, configs) => expect(examine(...configs)).toEqual([]));
});
