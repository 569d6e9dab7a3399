import { describe, expect, it } from 'vitest';
import { given, mapper, wanted } from '../../test/checks/examples.ts';
import { blocksOf, disk, disksWith } from '../../test/checks/path-examples.ts';
import { ABOVE } from '../model/paths/carried.ts';
import type { DrbdPeer, DrbdVolume } from '../model/paths/drbd9.ts';
import { path008 } from './path008-drbd.ts';

const check = given(path008);

function look(connection: string, own: string, peerDisk: string) {
  const drbd = [{ minor: 0, connection, disk: own, peerDisk, role: 'Primary' }];
  const sections = { deviceMapper: mapper(), blockDevices: blocksOf([], []), disks: disksWith([], { drbd }) };
  return check.examine(sections, wanted(ABOVE))[0]?.harm;
}

describe('PATH008', () => {
  it.each([
    ['Connected', 'UpToDate', 'UpToDate', undefined],
    ['Unconfigured', '', '', undefined],
    ['WFConnection', 'UpToDate', 'DUnknown', 'redundancy'],
    ['Connected', 'UpToDate', 'Outdated', 'redundancy'],
    ['StandAlone', 'UpToDate', 'DUnknown', 'data'],
    ['Connected', 'Diskless', 'UpToDate', 'data'],
    ['SyncSource', 'UpToDate', 'Inconsistent', 'redundancy'],
    ['SyncTarget', 'Inconsistent', 'UpToDate', 'redundancy'],
  ])('of %s with %s and %s is %s', (connection, own, peerDisk, severity) => {
    expect(look(connection, own, peerDisk)).toBe(severity);
  });

  it('names the guest that has the device itself as a disk', () => {
    const raw = {
      ...{ vmid: 100, key: 'scsi0', path: '/dev/drbd/by-res/vm/0', configPath: 'qemu-server/100.conf' },
      local: true,
    };
    const blocks = blocksOf([{ ...disk('drbd0'), devNo: '147:0' }], []);
    const drbd = [{ minor: 0, connection: 'WFConnection', disk: 'UpToDate', peerDisk: 'DUnknown', role: 'Primary' }];
    const sections = { deviceMapper: mapper(), blockDevices: blocks, disks: disksWith([], { drbd }) };
    const above = wanted(ABOVE, { rawDisks: { byNode: new Map([['/dev/drbd0', [raw]]]), unplaced: [] } });
    const [finding] = check.examine(sections, above);
    expect(finding?.headline).toContain('the next failure takes guest 100');
    expect(finding?.evidence.at(-1)).toEqual({
      fact: 'guest 100 has /dev/drbd/by-res/vm/0 as a disk of its own (scsi0)',
      source: 'qemu-server/100.conf',
    });
  });

  const peer = (name: string, replication: string, disk: string, over: Partial<DrbdPeer> = {}): DrbdPeer => ({
    ...{ name, replication, disk, standAlone: false, outOfSyncKib: 0, percentDone: null },
    ...over,
  });
  const good = peer('pve2', 'Established', 'UpToDate');
  const client = peer('pve3', 'Established', 'Diskless');
  const away = peer('pve3', 'Off', 'DUnknown');
  const gaveUp = peer('pve3', 'Off', 'DUnknown', { standAlone: true });
  const lostDisk = peer('pve3', 'Established', 'Diskless', { outOfSyncKib: 8 });
  const target = peer('pve3', 'SyncSource', 'Inconsistent', { outOfSyncKib: 8, percentDone: 74.1 });
  const source = peer('pve2', 'SyncTarget', 'UpToDate');

  function lookAt(disk: string, peers: readonly DrbdPeer[], over: Partial<DrbdVolume> = {}) {
    const hadDisk = disk !== 'Diskless';
    const volume = { minor: 0, resource: 'vm-1', volume: 0, role: 'Primary', disk, suspended: false, hadDisk, peers };
    const disks = disksWith([], { drbd9: [{ ...volume, ...over }] });
    const [found] = check.examine({ deviceMapper: mapper(), blockDevices: blocksOf([], []), disks }, wanted(ABOVE));
    return found === undefined ? undefined : `${found.harm} ${found.title}`;
  }

  it.each<[string, string, readonly DrbdPeer[], Partial<DrbdVolume>, string | undefined]>([
    ['two good copies and a client', 'UpToDate', [good, client], {}, undefined],
    ['a client', 'Diskless', [good, { ...good, name: 'pve3' }], {}, undefined],
    ['a client of one copy', 'Diskless', [good], {}, undefined],
    ['a verification', 'UpToDate', [{ ...good, replication: 'VerifyS' }], {}, undefined],
    ['suspended I/O', 'UpToDate', [good], { suspended: true }, 'data drbd0 holds back all I/O'],
    ['a failed disk', 'Failed', [good], {}, 'data drbd0 has no good copy on this node (Failed)'],
    [
      'a disk that is gone',
      'Diskless',
      [good],
      { hadDisk: true },
      'data drbd0 has no good copy on this node (Diskless)',
    ],
    ['an old copy', 'Outdated', [good], {}, 'data drbd0 has no good copy on this node (Outdated)'],
    ['a client that is alone', 'Diskless', [away], {}, 'data drbd0 reaches no good copy (own disk Diskless)'],
    ['split brain', 'UpToDate', [good, gaveUp], {}, 'data drbd0 is StandAlone and has given up pve3'],
    [
      'one peer, away',
      'UpToDate',
      [away],
      {},
      'redundancy drbd0 has one good copy only; not good: pve3 (Connecting, DUnknown)',
    ],
    [
      'a peer without its disk',
      'UpToDate',
      [lostDisk],
      {},
      'redundancy drbd0 has one good copy only; not good: pve3 (Established, Diskless)',
    ],
    [
      'a peer of three, away',
      'UpToDate',
      [good, away],
      {},
      'housekeeping drbd0 has good copies, but not all: pve3 (Connecting, DUnknown)',
    ],
    [
      'a peer that catches up',
      'UpToDate',
      [target],
      {},
      'redundancy drbd0 is synchronising with pve3 (SyncSource, Inconsistent, 74.1 % done)',
    ],
    [
      'the own copy catching up',
      'Inconsistent',
      [source],
      {},
      'redundancy drbd0 is synchronising with pve2 (SyncTarget, UpToDate)',
    ],
    ['one copy by design', 'UpToDate', [client], {}, 'housekeeping drbd0 has its only good copy on this node'],
  ])('of DRBD 9: %s', (_, disk, peers, over, said) => {
    expect(lookAt(disk, peers, over)).toBe(said);
  });

  it('does not take a minor for good that nobody could ask about', () => {
    const disks = disksWith([], { drbdUnread: ['the state of drbd0'] });
    const sections = { deviceMapper: mapper(), blockDevices: blocksOf([], []), disks };
    expect(check.unjudged(sections)).toEqual(['the state of drbd0 could not be read (`drbdadm status` shows it)']);
  });
});
