import { describe, expect, it } from 'vitest';
import {
  active,
  because,
  device,
  judged,
  lvmReport,
  mapper,
  textOf,
  uuid,
  volume,
  wanted,
} from '../../test/checks/examples.ts';
import type { GuestEntry } from '../model/guests/guest-entries.ts';
import type { Lvm } from '../model/lvm/lvm.ts';
import { dm010 } from './dm010-guest-gone.ts';

const examine = (entries: readonly GuestEntry[], lvm?: Lvm) =>
  dm010.examine({ guestEntries: { entries } }, wanted(['coverage'], { deviceMapper: mapper(), ...(lvm && { lvm }) }));

const lv = volume('san', 'vm-119-disk-0');
const gone = {
  orphanCause: 'guest-gone',
  reasons: because('no node has a guest with VMID 119'),
} as const;

describe('DM010', () => {
  it('reports an entry whose guest is on no node, with volume, VMID and reason', () => {
    const [finding] = examine([judged(active(lv, 0), gone)], lvmReport([lv]));
    expect(finding).toMatchObject({
      severity: 'warning',
      title: 'san/vm-119-disk-0 is active, and no node has a guest 119',
      repairAction: 'deactivate-volume',
      certainty: 'certain',
      vmid: 119,
    });
    expect(finding && textOf(finding)).toContain('no node has a guest with VMID 119');
  });

  it('says "Device or resource busy" only where no volume is behind the entry', () => {
    const ghost = judged(active(volume('san', 'vm-119-disk-0', { lvUuid: uuid('older') }), 0), gone);
    const byHand = judged(device('san-vm--119--disk--0', 0), gone);
    const impactOf = (entry: GuestEntry) => examine([entry], lvmReport([lv]))[0]?.impact ?? '';
    expect(impactOf(judged(active(lv, 0), gone))).toContain('PVE skips the number');
    expect(impactOf(judged(active(lv, 0), gone))).not.toContain('busy');
    expect(impactOf(byHand)).toContain('"Device or resource busy"');
    expect(impactOf(ghost)).toContain('"Device or resource busy"');
  });

  it('has both halves of the story when LVM could not be read', () => {
    const [finding] = examine([judged(active(lv, 0), gone)]);
    expect(finding?.impact).toContain('If the volume still exists');
    expect(finding?.impact).toContain('If only the entry is left');
    expect(finding?.repairAction).toBe('deactivate-volume');
  });

  it('says "already exists" for a name that is fixed', () => {
    const cloudinit = volume('san', 'vm-119-cloudinit');
    const [finding] = examine([judged(active(cloudinit, 0), gone)], lvmReport([cloudinit]));
    expect(finding?.impact).toContain('"already exists"');
  });

  it('removes a hand-made entry instead of deactivating it', () => {
    const [finding] = examine([judged(device('san-vm--119--disk--0', 0), gone)], lvmReport([lv]));
    expect(finding?.repairAction).toBe('remove-device');
  });

  it('asks to close an entry that is open', () => {
    const [finding] = examine([judged(active(lv, 0, { openCount: 1 }), gone)], lvmReport([lv]));
    expect(finding?.remedy.text).toContain('It is open: first close what uses it');
  });

  it('is only maybe right when some text could refer to the volume', () => {
    const reference = { vmid: 7, node: 'pve2', section: 'current', key: 'text', text: '#scsi8', local: false } as const;
    const [finding] = examine([judged(active(lv, 0), { ...gone, references: [{ ...reference, certainty: 'maybe' }] })]);
    expect(finding?.certainty).toBe('maybe');
  });

  it('is silent about entries of other classes and causes', () => {
    const entry = judged(active(lv, 0), gone);
    expect(examine([{ ...entry, class: 'valid' }])).toEqual([]);
    expect(examine([{ ...entry, class: 'busy' }])).toEqual([]);
    expect(examine([{ ...entry, class: 'duplicate' }])).toEqual([]);
    expect(examine([{ ...entry, orphanCause: 'guest-elsewhere' }])).toEqual([]);
    expect(examine([{ ...entry, orphanCause: null }])).toEqual([]);
  });
});
