import { describe, expect, it } from 'vitest';
import {
  active,
  device,
  given,
  linear,
  mapper,
  storage,
  storages,
  target,
  textOf,
  volume,
  wanted,
} from '../../test/checks/examples.ts';
import { entryWithStatus, statuses } from '../../test/checks/path-examples.ts';
import { linesOf } from '../../test/data/commands.ts';
import type { Sections } from '../model/snapshot.ts';
import { lv012 } from './lv012-thick-snapshot.ts';

const check = given(lv012);

const LOCAL = { storage: storages(storage('san', 'san')) };

function look(type: string, words: string | null, facts: Partial<Sections> = LOCAL) {
  const sections = entryWithStatus(type, words);
  return { found: check.examine(sections, wanted(['storage'], facts)), unjudged: check.unjudged(sections) };
}

describe('LV012', () => {
  it.each([
    ['snapshot', '16/32768 16', undefined],
    ['snapshot', '26000/32768 128', undefined],
    ['snapshot', '28800/32768 128', 'room'],
    ['snapshot', 'Invalid', 'redundancy'],
    ['snapshot', 'Overflow', 'redundancy'],
    ['snapshot-merge', '28800/32768 128', undefined],
    ['snapshot-merge', 'Merge failed', 'data'],
  ])('of %s %s is %s', (type, words, severity) => {
    expect(look(type, words).found[0]?.harm).toBe(severity);
  });

  it('prints a size, not an addition, and nothing where another node may write the metadata', () => {
    const remedy = (facts: Partial<Sections>) => look('snapshot', '28800/32768 128', facts).found[0]?.remedy;
    expect(linesOf(remedy(LOCAL)?.commands)[0]).toMatch(/lv_size=16777216b.* lvextend .* -L 1040m san\/vm-100-disk-0$/);
    const shared = { storage: storages(storage('san', 'san', { shared: true })) };
    for (const facts of [shared, {}])
      expect(remedy(facts)).toMatchObject({ text: expect.stringContaining('LVM has no lock'), commands: [] });
  });

  it('is a matter of the guest whose volume it was taken of', () => {
    const real = device('san-vm--100--disk--0-real', 1, { table: [linear('8:0', 2048, 16_384)] });
    const origin = active(volume('san', 'vm-100-disk-0'), 2, { table: [target('snapshot-origin', 16_384, '253:1')] });
    const store = device('san-backup-cow', 3, { table: [linear('8:0', 90_000, 8192)] });
    const words = ['253:1', '253:3', 'P', '8'];
    const snapshot = active(volume('san', 'backup'), 4, { table: [target('snapshot', 16_384, ...words)] });
    const devices = [real, origin, store, snapshot];
    const targetStatuses = statuses(devices, `${snapshot.name}: 0 16384 snapshot Invalid`);
    const [finding] = check.examine({ deviceMapper: mapper(...devices), targetStatuses }, wanted(['storage'], LOCAL));
    expect(finding).toMatchObject({ vmid: 100, subject: { id: 'san-backup' } });
    expect(finding && textOf(finding)).toContain('it was taken of san/vm-100-disk-0');
  });

  it('does not judge a line that is missing', () => {
    expect(look('snapshot', null)).toEqual({
      found: [],
      unjudged: ['the status of san-vm--100--disk--0 could not be read'],
    });
  });
});
