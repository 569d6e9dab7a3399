import { describe, expect, it } from 'vitest';
import { given, mapper, textOf, wanted } from '../../test/checks/examples.ts';
import {
  blocksOf,
  disk,
  disksWith,
  entryOn,
  map,
  mapStatus,
  session,
  statuses,
  WWID,
} from '../../test/checks/path-examples.ts';
import { lookOf, trendOf } from '../../test/checks/trend-examples.ts';
import type { DmDevice } from '../model/device-mapper/device-mapper.ts';
import { ABOVE } from '../model/paths/carried.ts';
import { path001 } from './path001-multipath-paths.ts';

const check = given(path001);

const GOOD = { '8:0': 'A', '8:16': 'A' };

const WANTS = [...ABOVE, 'trend'] as const;

const sectionsOf = (
  devices: readonly DmDevice[],
  letters: Readonly<Record<string, string>>,
  disks = [disk('sda'), disk('sdb')],
  over = {},
) => ({
  deviceMapper: mapper(...devices),
  targetStatuses: statuses(devices, mapStatus(letters)),
  blockDevices: blocksOf(disks, devices),
  disks: disksWith(disks, over),
});

function orFail<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('no finding');
  return value;
}

function look(
  letters: Readonly<Record<string, string>>,
  disks = [disk('sda'), disk('sdb')],
  over = {},
  features = '0',
  trend = trendOf(),
  others: readonly DmDevice[] = [],
) {
  const devices = [map(Object.keys(letters), {}, features), entryOn('253:0'), ...others];
  const sections = sectionsOf(devices, letters, disks, over);
  return {
    found: check.examine(sections, wanted(WANTS, { storagesByVg: new Map([['san', ['lun1']]]), trend })),
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
    expect(finding).toMatchObject({ harm: 'redundancy', title: 'multipath map mpatha has 1 working of 2 paths' });
    expect(finding?.evidence.at(-1)?.fact).toBe('above it: VG san (storage lun1), guest 100, 8 MiB of guests’ volumes');
  });

  it('tells one path gone of sixty, and is silent about sixty that work', () => {
    const names = Array.from(
      { length: 60 },
      (_, at) => `sd${String.fromCharCode(97 + Math.floor(at / 26), 97 + (at % 26))}`,
    );
    const disks = names.map((name, at) => disk(name, { devNo: `65:${at}` }));
    const letters = Object.fromEntries(disks.map(({ devNo }) => [devNo, 'A']));
    expect(look(letters, disks).found.map(({ title }) => title)).toEqual([]);
    const [finding, ...more] = look({ ...letters, '65:7': 'F' }, disks).found;
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ harm: 'redundancy', title: 'multipath map mpatha has 59 working of 60 paths' });
  });

  it('is critical without any path, and says whether I/O waits or fails', () => {
    const none = { '8:0': 'F', '8:16': 'F' };
    expect(look(none).found[0]).toMatchObject({ harm: 'data', headline: expect.stringContaining('fails') });
    const waiting = look(none, [disk('sda'), disk('sdb')], {}, '1 queue_if_no_path').found[0];
    expect(waiting?.headline).toBe('has no working path: I/O of guest 100 waits until one is back');
  });

  it('notes one path where no other is known', () => {
    const [finding] = look({ '8:0': 'A' }, [disk('sda')]).found;
    expect(finding).toMatchObject({ harm: 'housekeeping', title: 'multipath map mpatha has one path only' });
    expect(finding?.headline).toBe('has one path, and no other is known: guest 100 stops when that fails');
  });

  it('warns of one path alone where the map had more before', () => {
    const earlier = (paths: number) => trendOf(lookOf(2, { maps: new Map([[`mpath-${WWID}`, paths]]) }));
    const found = (paths: number) => look({ '8:0': 'A' }, [disk('sda')], {}, '0', earlier(paths)).found[0];
    expect(found(2)).toMatchObject({ harm: 'redundancy' });
    expect(found(1)).toMatchObject({ harm: 'housekeeping' });
  });

  it('warns of one path alone where open-iscsi has another portal of the target on record', () => {
    const disks = [disk('sda', { session: 'session1' })];
    const found = (...portals: readonly string[]) =>
      look({ '8:0': 'A' }, disks, {
        sessions: [session('session1', '10.9.0.1:3260')],
        portals: new Map([['iqn.2024-01.lab:used', portals]]),
      }).found[0];
    expect(found('10.9.0.1:3260', '10.9.0.2:3260')).toMatchObject({ harm: 'redundancy' });
    expect(textOf(orFail(found('10.9.0.1:3260', '10.9.0.2:3260')))).toContain('10.9.0.2:3260');
    expect(found('10.9.0.1:3260')).toMatchObject({ harm: 'housekeeping' });
  });

  it('warns of one path alone where another map of the same array has more', () => {
    const found = (model: string) => {
      const disks = [disk('sda'), disk('sdb', { model }), disk('sdc', { model })];
      const second = map(['8:16', '8:32'], { name: 'mpathb', uuid: 'mpath-2', minor: 3 });
      return look({ '8:0': 'A' }, disks, {}, '0', trendOf(), [second]).found.find(
        ({ subject }) => subject.id === 'mpatha',
      );
    };
    expect(found('LIO lun')).toMatchObject({ harm: 'redundancy' });
    expect(textOf(orFail(found('LIO lun')))).toContain('mpathb');
    expect(found('ACME disk')).toMatchObject({ harm: 'housekeeping' });
  });

  it('says that guests are on the map only where some are', () => {
    const unused = check.examine(sectionsOf([map(['8:0', '8:16'])], { ...GOOD, '8:16': 'F' }), wanted(WANTS, {}))[0];
    expect(unused && textOf(unused)).not.toMatch(/guests/i);
    expect(unused?.remedy.text).not.toMatch(/guests/i);
    expect(look({ ...GOOD, '8:16': 'F' }).found[0]?.remedy.text).toContain('guests are on this map');
  });

  it('notes one adapter or one portal for all', () => {
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
