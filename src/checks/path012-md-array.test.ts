import { describe, expect, it } from 'vitest';
import { active, given, guest, guests, linear, mapper, readingsOf, volume } from '../../test/checks/examples.ts';
import { disksWith } from '../../test/checks/path-examples.ts';
import type { MdArray } from '../model/paths/md-arrays.ts';
import { path012 as check } from './path012-md-array.ts';

const path012 = given(check);

const array = (over: Partial<MdArray> = {}): MdArray => ({
  ...{ name: 'md0', active: true, readOnly: false, level: 'raid1', wanted: 2, working: 2, progress: '' },
  members: [
    { name: 'sda', state: 'in use' },
    { name: 'sdb', state: 'in use' },
  ],
  ...over,
});

const md0 = { devNo: '9:0', kernelName: 'md0', holders: [], state: '', disk: 'md0', wwid: '' };

const examine = (...arrays: readonly MdArray[]) => {
  const entry = active(volume('san', 'vm-100-disk-0'), 1, { table: [linear('9:0', 2048, 8192)] });
  const sections = {
    deviceMapper: mapper(entry),
    blockDevices: { devices: new Map([[md0.devNo, md0]]) },
    disks: disksWith([], { arrays }),
  };
  return path012.examine(sections, readingsOf({ ...sections, guests: guests(guest(100)) }));
};

describe('PATH012', () => {
  it('names the guests on an array that has lost a member', () => {
    const members: MdArray['members'] = [
      { name: 'sda', state: 'in use' },
      { name: 'sdb', state: 'failed' },
    ];
    expect(examine(array({ working: 1, members }))[0]).toMatchObject({
      harm: 'redundancy',
      subject: { kind: 'device', id: 'md0' },
      headline: 'has lost 1 of 2 members: the next failure may take guest 100',
    });
    expect(examine(array({ working: 1, members }))[0]?.remedy.text).toContain('Look at what the kernel says of sdb');
  });

  it.each<[string, Partial<MdArray>, string]>([
    [
      'a rebuild',
      { working: 1, progress: 'recovery = 12.6%' },
      'is being rebuilt (recovery = 12.6%): until then a failure may take guest 100',
    ],
    [
      'one that is not assembled',
      { active: false, level: '', wanted: null, working: null },
      'is not assembled: nothing on it can be used',
    ],
    [
      'a failed disk beside enough',
      { members: [{ name: 'sda', state: 'failed' }] },
      'has a failed disk that is none of its members any more',
    ],
  ])('tells %s', (_, over, headline) => {
    expect(examine(array(over))[0]?.headline).toBe(headline);
  });

  it('is silent of whole arrays, while they are checked and where they have no redundancy', () => {
    expect(examine(array(), array({ progress: 'check = 7.0%' }), array({ progress: 'resync = 1.0%' }))).toEqual([]);
    expect(examine(array({ level: 'raid0', wanted: null, working: null }))).toEqual([]);
  });

  it('is not judged where the list of arrays could not be read', () => {
    const sections = { deviceMapper: mapper(), blockDevices: { devices: new Map() } };
    const disks = disksWith([], { arraysUnread: ['/proc/mdstat: access denied'] });
    expect(path012.unjudged({ ...sections, disks })).toEqual(['/proc/mdstat: access denied']);
  });
});
