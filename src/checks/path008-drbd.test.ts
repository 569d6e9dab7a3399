import { describe, expect, it } from 'vitest';
import { given, mapper, wanted } from '../../test/checks/examples.ts';
import { blocksOf, disksWith } from '../../test/checks/path-examples.ts';
import { ABOVE } from '../model/paths/carried.ts';
import { path008 } from './path008-drbd.ts';

const check = given(path008);

function look(connection: string, disk: string, peerDisk: string) {
  const drbd = [{ minor: 0, connection, disk, peerDisk, role: 'Primary' }];
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
  ])('of %s with %s and %s is %s', (connection, disk, peerDisk, severity) => {
    expect(look(connection, disk, peerDisk)).toBe(severity);
  });
});
