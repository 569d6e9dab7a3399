import { describe, expect, it } from 'vitest';
import {
  active,
  cluster,
  factsOf,
  groupsWith,
  guest,
  guests,
  linear,
  lvmReport,
  mapper,
  mention,
  quiet,
  running,
  storage,
  storages,
  uuid,
  volume,
} from '../../../test/checks/examples.ts';
import type { GuestConfig } from '../guests/pve.ts';
import type { LogicalVolume } from '../lvm/lvm.ts';
import type { HostName, HostNames } from './host-names.ts';

const lv = volume('san', 'vm-100-disk-0');
const ENTRY = active(lv, 1, { table: [linear('8:0', 2048, 8192)] });

const named = (over: Partial<HostName> = {}): HostName => ({
  ...{ file: '/etc/fstab', line: 3, text: '/dev/san/vm-100-disk-0', path: '/dev/san/vm-100-disk-0', resolved: null },
  ...over,
});

function judged(hostNames: HostNames, configs: readonly GuestConfig[] = [], lvs: readonly LogicalVolume[] = [lv]) {
  const pve = { cluster, guests: guests(...configs), storage: storages(storage('fast', 'san')), running: running() };
  const kernel = {
    deviceMapper: mapper(ENTRY),
    lvm: lvmReport(lvs),
    groups: groupsWith(),
    activity: quiet,
    finishedTasks: { tasks: [] },
  };
  const [entry] = factsOf({ ...pve, ...kernel, hostNames }).guestEntries.entries;
  return { class: entry?.class, cause: entry?.orphanCause, why: entry?.reasons.map(({ fact }) => fact).join('; ') };
}

const withNames = (...names: readonly HostName[]): HostNames => ({ names, gaps: [] });

describe('an entry that a file of the node itself names', () => {
  it('is no orphan, by its name, its UUID or its number, wherever its guest is', () => {
    expect(judged(withNames()).class).toBe('orphan');
    expect(judged(withNames(named()))).toEqual({
      class: 'valid',
      cause: null,
      why: '/etc/fstab, line 3 names it: /dev/san/vm-100-disk-0',
    });
    expect(judged(withNames(named({ path: null, resolved: '/dev/dm-1' }))).class).toBe('valid');
    expect(judged(withNames(named({ path: null, resolved: '/dev/block/253:1' }))).class).toBe('valid');
    expect(judged(withNames(named({ path: `/dev/disk/by-id/dm-uuid-${ENTRY.uuid}` }))).class).toBe('valid');
    expect(judged(withNames(named()), [guest(100, { node: 'pve2' })]).class).toBe('valid');
  });

  it('is no orphan either by what metadata calls it, or by the name that it has here', () => {
    const renamed = { ...lv, lvName: 'vm-101-disk-0' };
    expect(judged(withNames(named()), [], [renamed]).class).toBe('valid');
    expect(judged(withNames(named({ path: '/dev/san/vm-101-disk-0' })), [], [renamed]).class).toBe('valid');
  });

  it('is not judged where only its name is left, as a ghost has it', () => {
    expect(judged(withNames(named()), [], [{ ...lv, lvUuid: uuid('again') }]).class).toBe('unknown');
  });

  it('is an orphan where the files name others, also what leads nowhere now', () => {
    const others = [named({ path: '/dev/san/vm-101-disk-0' }), named({ path: null, resolved: '/dev/dm-9' })];
    expect(judged(withNames(...others, named({ path: null })))).toMatchObject({ class: 'orphan', cause: 'guest-gone' });
  });

  it('is not judged where one of them could not be read, wherever its guest is', () => {
    const hostNames = { names: [], gaps: ['/etc/crypttab: access denied'] };
    const elsewhere = guest(100, { node: 'pve2', mentions: [mention('scsi0', 'fast', 'vm-100-disk-0')] });
    for (const configs of [[], [guest(100)], [elsewhere]])
      expect(judged(hostNames, configs)).toMatchObject({
        class: 'unknown',
        why: expect.stringContaining('/etc/crypttab: access denied'),
      });
  });
});
