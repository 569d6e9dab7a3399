import { describe, expect, it } from 'vitest';
import { given, mapper, wanted } from '../../test/checks/examples.ts';
import { blocksOf, disk, disksWith } from '../../test/checks/path-examples.ts';
import { ABOVE } from '../model/paths/carried.ts';
import { path008 } from './path008-drbd.ts';

const check = given(path008);

function look(connection: string, own: string, peerDisk: string) {
  const drbd = [{ minor: 0, connection, disk: own, peerDisk, role: 'Primary' }];
  const sections = { deviceMapper: mapper(), blockDevices: blocksOf([], []), disks: disksWith([], { drbd }) };
  return check.examine(sections, wanted(ABOVE))[0]?.severity;
}

describe('PATH008', () => {
  it.each([
    ['Connected', 'UpToDate', 'UpToDate', undefined],
    ['Unconfigured', '', '', undefined],
    ['WFConnection', 'UpToDate', 'DUnknown', 'warning'],
    ['Connected', 'UpToDate', 'Outdated', 'warning'],
    ['StandAlone', 'UpToDate', 'DUnknown', 'critical'],
    ['Connected', 'Diskless', 'UpToDate', 'critical'],
    ['SyncSource', 'UpToDate', 'Inconsistent', 'notice'],
    ['SyncTarget', 'Inconsistent', 'UpToDate', 'notice'],
  ])('of %s with %s and %s is %s', (connection, own, peerDisk, severity) => {
    expect(look(connection, own, peerDisk)).toBe(severity);
  });

  it('names the guest that has the device itself as a disk', () => {
    const raw = { vmid: 100, key: 'scsi0', path: '/dev/drbd/by-res/vm/0', configPath: 'qemu-server/100.conf' };
    const blocks = blocksOf([{ ...disk('drbd0'), devNo: '147:0' }], []);
    const drbd = [{ minor: 0, connection: 'WFConnection', disk: 'UpToDate', peerDisk: 'DUnknown', role: 'Primary' }];
    const sections = { deviceMapper: mapper(), blockDevices: blocks, disks: disksWith([], { drbd }) };
    const above = wanted(ABOVE, { rawDisks: new Map([['/dev/drbd0', [raw]]]) });
    const [finding] = check.examine(sections, above);
    expect(finding?.headline).toContain('the next failure takes guest 100');
    expect(finding?.evidence.at(-1)).toEqual({
      fact: 'guest 100 has /dev/drbd/by-res/vm/0 as a disk of its own (scsi0)',
      source: 'qemu-server/100.conf',
    });
  });

  it('does not take a minor for good that nobody could ask about', () => {
    const disks = disksWith([], { drbdUnread: ['the state of drbd0'] });
    const sections = { deviceMapper: mapper(), blockDevices: blocksOf([], []), disks };
    expect(check.unjudged(sections)).toEqual(['the state of drbd0 could not be read']);
  });
});
