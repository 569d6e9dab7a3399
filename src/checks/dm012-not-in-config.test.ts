import { describe, expect, it } from 'vitest';
import { active, because, judged, lvmReport, mapper, volume, wanted } from '../../test/checks/examples.ts';
import type { GuestEntry } from '../model/guests/guest-entries.ts';
import { dm012 } from './dm012-not-in-config.ts';

const here = {
  orphanCause: 'not-in-config',
  reasons: because('guest 100 is on this node, and no section names it'),
} as const;

function impactOf(lvName: string): string {
  const lv = volume('san', lvName);
  const [finding] = examine([judged(active(lv, 0), here)], lv);
  return finding?.impact ?? '';
}

const examine = (entries: readonly GuestEntry[], lv = volume('san', 'vm-100-disk-1')) =>
  dm012.examine({ guestEntries: { entries } }, wanted(['coverage'], { deviceMapper: mapper(), lvm: lvmReport([lv]) }));

describe('DM012', () => {
  it('reports a volume that no section of its guest’s configuration names', () => {
    const [finding] = examine([judged(active(volume('san', 'vm-100-disk-1'), 0), here)]);
    expect(finding).toMatchObject({
      severity: 'warning',
      title: 'san/vm-100-disk-1 is active, but no configuration of guest 100 names it',
      repairAction: 'deactivate-volume',
      vmid: 100,
    });
  });

  it('says which entries were not judged', () => {
    const unknown = { class: 'unknown', orphanCause: null, reasons: because('100.conf may not be whole') } as const;
    const entries = [judged(active(volume('san', 'vm-100-disk-1'), 0), unknown)];
    expect(examine(entries)).toEqual([]);
    expect(dm012.unjudged?.({ guestEntries: { entries } })).toEqual(['san/vm-100-disk-1: 100.conf may not be whole']);
  });

  it('says where each kind of volume comes from', () => {
    expect(impactOf('vm-100-disk-1')).toContain('interrupted move, restore or destroy');
    expect(impactOf('snap_vm-100-disk-0_gone')).toContain('No configuration has this snapshot');
    expect(impactOf('del-vm-100-disk-0')).toContain('saferemove was interrupted');
    expect(impactOf('vm-100-fleece-0')).toContain('fleecing image');
    expect(impactOf('vm-100-state-before')).toContain('leaves its memory image behind');
  });

  it('is silent about a volume that a configuration names', () => {
    const entry = judged(active(volume('san', 'vm-100-disk-1'), 0), here);
    expect(examine([{ ...entry, class: 'valid', orphanCause: null }])).toEqual([]);
  });
});
