import { describe, expect, it } from 'vitest';
import { drbdPeerText } from '../../test/checks/drbd9-texts.ts';
import { parseDrbdPeer } from './drbd9.ts';

// The texts are written from the source of DRBD 9.2: no module of it ran here.
describe('a volume of DRBD 9 towards one peer', () => {
  it('says both disks, what is missing and how far a synchronisation is', () => {
    const text = drbdPeerText({ state: 'SyncTarget', disks: 'Inconsistent/UpToDate', outOfSync: 8192, done: '74.1' });
    expect(parseDrbdPeer(text)).toEqual({
      value: {
        ...{ minor: 0, replication: 'SyncTarget', role: 'Primary', disk: 'Inconsistent', peerDisk: 'UpToDate' },
        ...{ suspended: false, hadDisk: true, outOfSyncKib: 8192, percentDone: 74.1 },
      },
      problems: [],
    });
  });

  it('says that I/O is held back, and that no disk was ever written', () => {
    const { value } = parseDrbdPeer(drbdPeerText({ disks: 'Diskless/UpToDate', flags: 's-----', log: 0 }));
    expect(value).toMatchObject({ suspended: true, hadDisk: false });
  });

  it('reads the counters of an older module', () => {
    const text = drbdPeerText({})
      .replaceAll(/\[0;0\]/g, '0')
      .replace('0/0/0', '0');
    expect(parseDrbdPeer(text).value?.disk).toBe('UpToDate');
  });

  it.each([
    ['a word that DRBD does not have', drbdPeerText({ disks: 'UpToData/UpToDate' })],
    ['a cut text', drbdPeerText({}).slice(0, -3)],
    ['a text without its last line', `${drbdPeerText({}).split('\n').slice(0, 2).join('\n')}\n`],
    ['other counters', drbdPeerText({}).replace(' al:', ' xx:')],
    ['nothing', ''],
  ])('takes nothing from %s', (_, text) => {
    const { value, problems } = parseDrbdPeer(text);
    expect([value, problems.length]).toEqual([null, 1]);
  });
});
