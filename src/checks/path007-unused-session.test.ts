import { describe, expect, it } from 'vitest';
import {
  given,
  guest,
  guests,
  lvmReport,
  mapper,
  physicalVolume,
  storage,
  storages,
  wanted,
} from '../../test/checks/examples.ts';
import { blocksOf, disk, disksWith, entryOn, session } from '../../test/checks/path-examples.ts';
import type { DmDevice } from '../model/device-mapper/device-mapper.ts';
import { path007 } from './path007-unused-session.ts';

const check = given(path007);

const TARGET = 'iqn.2024-01.lab:used';

function look(over: Partial<Parameters<typeof check.examine>[0]> = {}, devices: readonly DmDevice[] = []) {
  const disks = [disk('sda', { session: 'session1' })];
  const sections = {
    deviceMapper: mapper(...devices),
    blockDevices: blocksOf(disks, devices),
    disks: disksWith(disks, { sessions: [session('session1', '10.9.0.1:3260')] }),
    usage: { holders: new Map(), gaps: [] },
    lvm: lvmReport([]),
    storage: storages(),
    guests: guests(),
    ...over,
  };
  return check.examine(sections, wanted([]));
}

function withArray(slaves: readonly string[] | null) {
  const array = { kernelName: 'md0', devNo: '9:0', backing: '', sizeSectors: 8192, slaves };
  const disks = [disk('sda', { session: 'session1' })];
  return disksWith(disks, { sessions: [session('session1', '10.9.0.1:3260')], stacked: [array] });
}

describe('PATH007', () => {
  it('notes a target whose disk nothing uses', () => {
    expect(look()[0]).toMatchObject({ harm: 'housekeeping', subject: { id: TARGET } });
  });

  it.each<readonly [string, ReturnType<typeof look>]>([
    ['a device lies on it', look({}, [entryOn('8:0')])],
    [
      'somebody has it open',
      look({ usage: { holders: new Map([['8:0', [{ kind: 'swap', path: '/dev/sda' }]]]), gaps: [] } }),
    ],
    ['an array lies on it', look({ disks: withArray(['sda', 'sdb']) })],
    ['an array may lie on it', look({ disks: withArray(null) })],
    ['it is a physical volume', look({ lvm: lvmReport([], { pvs: [physicalVolume('san')] }) })],
    [
      'a storage names the target',
      look({ storage: storages(storage('disk', '', { properties: { target: TARGET } })) }),
    ],
    [
      'a guest was given it by a path',
      look({
        guests: guests(
          guest(100, {
            mentions: [
              {
                key: 'scsi0',
                section: 'current',
                snapshot: '',
                target: { kind: 'path', path: '/dev/disk/by-id/x', resolved: '/dev/sda' },
                certainty: 'certain',
              },
            ],
          }),
        ),
      }),
    ],
  ])('is silent where %s', (_, found) => {
    expect(found).toEqual([]);
  });
});
