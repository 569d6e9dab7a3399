import { describe, expect, it } from 'vitest';
import { active, given, guest, guests, linear, mapper, readingsOf, volume } from '../../test/checks/examples.ts';
import type { MdArray } from '../model/paths/md-arrays.ts';
import { path012 as check } from './path012-md-array.ts';

const path012 = given(check);

const array = (over: Partial<MdArray> = {}): MdArray => ({
  ...{ name: 'md0', active: true, readOnly: false, level: 'raid1', wanted: 2, working: 2, progress: '' },
  ...{ container: false, state: 'clean', wantedSpares: null },
  members: [
    { name: 'sda', state: 'in use' },
    { name: 'sdb', state: 'in use' },
  ],
  ...over,
});

const md0 = { devNo: '9:0', kernelName: 'md0', holders: [], state: '', disk: 'md0', wwid: '' };

const examine = (of: MdArray | readonly MdArray[]) => {
  const arrays = [of].flat();
  const entry = active(volume('san', 'vm-100-disk-0'), 1, { table: [linear('9:0', 2048, 8192)] });
  const sections = {
    deviceMapper: mapper(entry),
    blockDevices: { devices: new Map([[md0.devNo, md0]]) },
    mdArrays: { arrays, unread: [] },
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
      'one that has lost too many',
      { level: 'raid5', wanted: 3, working: 1 },
      'has lost more members than it can do without: reads and writes of guest 100 fail',
    ],
    [
      'one whose last member fails, which is never counted as lost',
      { working: 1, state: 'broken' },
      'has lost more members than it can do without: reads and writes of guest 100 fail',
    ],
    [
      'a spare that is away',
      { wantedSpares: 1 },
      'has fewer spares than the 1 that mdadm.conf gives it: the next failed disk may not be replaced by itself',
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
    expect(examine([array(), array({ progress: 'check = 7.0%' }), array({ progress: 'resync = 1.0%' })])).toEqual([]);
    expect(examine(array({ level: 'raid0', wanted: null, working: null }))).toEqual([]);
    expect(examine(array({ level: 'raid6', wanted: 6, working: 6, wantedSpares: 0 }))).toEqual([]);
    const container = array({ active: false, level: '', wanted: null, working: null, container: true });
    expect(examine(container)).toEqual([]);
  });

  it('takes the data on an array that has failed, whether a guest is known to be there or none', () => {
    const failed = array({ level: 'raid5', wanted: 3, working: 1 });
    expect(examine(failed)[0]).toMatchObject({ harm: 'data', lost: 'md array md0 has failed' });
    const sections = { deviceMapper: mapper(), blockDevices: { devices: new Map() }, guests: guests() };
    const facts = { ...sections, mdArrays: { arrays: [failed], unread: [] } };
    expect(path012.examine(facts, readingsOf(facts))[0]).toMatchObject({
      harm: 'data',
      headline: 'has lost more members than it can do without: reads and writes of what lies on it fail',
    });
  });

  it('is not judged where the list of arrays could not be read', () => {
    const sections = { deviceMapper: mapper(), blockDevices: { devices: new Map() } };
    const mdArrays = { arrays: [], unread: ['/proc/mdstat: access denied'] };
    expect(path012.unjudged({ ...sections, mdArrays })).toEqual(['/proc/mdstat: access denied']);
  });
});
