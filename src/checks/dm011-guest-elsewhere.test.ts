import { describe, expect, it } from 'vitest';
import { active, because, judged, lvmReport, mapper, textOf, volume, wanted } from '../../test/checks/examples.ts';
import type { GuestEntry, Reference } from '../model/guests/guest-entries.ts';
import { dm011 } from './dm011-guest-elsewhere.ts';

const lv = volume('san', 'vm-200-disk-0');
const remote: Reference = {
  vmid: 200,
  node: 'pve2',
  section: 'current',
  key: 'scsi0',
  text: 'san:vm-200-disk-0',
  certainty: 'certain',
  local: false,
};
const elsewhere = {
  orphanCause: 'guest-elsewhere',
  reasons: because('guest 200 on node pve2 refers to it: scsi0 (san:vm-200-disk-0)'),
  references: [remote],
} as const;

const examine = (...entries: readonly GuestEntry[]) =>
  dm011.examine({ guestEntries: { entries } }, wanted(['coverage'], { deviceMapper: mapper(), lvm: lvmReport([lv]) }));

describe('DM011', () => {
  it('reports a volume that is active here while its guest lives on another node', () => {
    const [finding] = examine(judged(active(lv, 0), elsewhere));
    expect(finding).toMatchObject({
      severity: 'warning',
      title: 'san/vm-200-disk-0 is active here, but guest 200 lives on another node',
      repairAction: 'deactivate-volume',
      certainty: 'certain',
    });
    expect(finding && textOf(finding)).toContain('guest 200 on node pve2 refers to it');
  });

  it('stays certain beside a mention that only its own remote guest has, not beside one of a guest here', () => {
    const maybe: Reference = { ...remote, certainty: 'maybe' };
    const certaintyWith = (extra: Reference) =>
      examine(judged(active(lv, 0), { ...elsewhere, references: [remote, extra] }))[0]?.certainty;
    expect(certaintyWith(maybe)).toBe('certain');
    expect(certaintyWith({ ...maybe, local: true })).toBe('maybe');
  });

  it('is silent about a guest that is gone, and about a volume in flight', () => {
    expect(examine(judged(active(lv, 0), { ...elsewhere, orphanCause: 'guest-gone' }))).toEqual([]);
    expect(examine(judged(active(lv, 0), { ...elsewhere, class: 'busy', orphanCause: null }))).toEqual([]);
  });
});
