import { describe, expect, it } from 'vitest';
import { given, mapper, wanted } from '../../test/checks/examples.ts';
import {
  blocksOf,
  disk,
  disksWith,
  entryOn,
  map,
  mapStatus,
  session,
  statuses,
} from '../../test/checks/path-examples.ts';
import { ABOVE } from '../model/paths/carried.ts';
import { path001 } from './path001-multipath-paths.ts';

const check = given(path001);

const GOOD = { '8:0': 'A', '8:16': 'A' };

function look(
  letters: Readonly<Record<string, string>>,
  disks = [disk('sda'), disk('sdb')],
  over = {},
  features = '0',
) {
  const devices = [map(Object.keys(letters), {}, features), entryOn('253:0')];
  const sections = {
    deviceMapper: mapper(...devices),
    targetStatuses: statuses(devices, mapStatus(letters)),
    blockDevices: blocksOf(disks, devices),
    disks: disksWith(disks, over),
  };
  return {
    found: check.examine(sections, wanted(ABOVE, { storagesByVg: new Map([['san', ['lun1']]]) })),
    unjudged: check.unjudged(sections),
  };
}

describe('PATH001', () => {
  it('is silent about a map whose paths work, through two adapters', () => {
    expect(look(GOOD)).toEqual({ found: [], unjudged: [] });
  });

  it.each([
    ['marked as failed in the map', { ...GOOD, '8:16': 'F' }, [disk('sda'), disk('sdb')]],
    ['offline, which the map does not know yet', GOOD, [disk('sda'), disk('sdb', { state: 'offline' })]],
    ['blocked, although the map shows it as good', GOOD, [disk('sda'), disk('sdb', { state: 'blocked' })]],
    ['gone', GOOD, [disk('sda')]],
  ])('warns of a path that is %s', (_, letters, disks) => {
    const [finding] = look(letters, disks).found;
    expect(finding).toMatchObject({ severity: 'warning', title: 'multipath map mpatha has 1 working of 2 paths' });
    expect(finding?.evidence.at(-1)?.fact).toBe('above it: VG san (storage lun1), guest 100, 8 MiB of guests’ volumes');
  });

  it('is critical without any path, and says whether I/O waits or fails', () => {
    const none = { '8:0': 'F', '8:16': 'F' };
    expect(look(none).found[0]).toMatchObject({ severity: 'critical', headline: expect.stringContaining('fails') });
    const waiting = look(none, [disk('sda'), disk('sdb')], {}, '1 queue_if_no_path').found[0];
    expect(waiting?.headline).toBe('has no working path: I/O of guest 100 waits until one is back');
  });

  it('warns of one path alone, and notes one adapter or one portal for all', () => {
    expect(look({ '8:0': 'A' }, [disk('sda')]).found[0]).toMatchObject({ severity: 'warning' });
    const sameHost = [disk('sda', { address: '2:0:0:0' }), disk('sdb', { address: '2:0:1:0' })];
    expect(look(GOOD, sameHost).found[0]?.title).toContain('through SCSI host 2');
    const disks = [disk('sda', { session: 'session1' }), disk('sdb', { session: 'session2' })];
    const sessions = [session('session1', '10.9.0.1:3260'), session('session2', '10.9.0.1:3260')];
    expect(look(GOOD, disks, { sessions }).found[0]?.title).toContain('through iSCSI portal 10.9.0.1:3260');
  });

  it('says what it could not see, and accuses nothing for it', () => {
    const { found, unjudged } = look(GOOD, [disk('sda'), disk('sdb', { state: null })], { unread: ['/sys/x'] });
    expect(found).toEqual([]);
    expect(unjudged).toEqual(['whether path sdb of mpatha works', '/sys/x could not be read']);
  });
});
