import { describe, expect, it } from 'vitest';
import {
  active,
  because,
  device,
  judged,
  lvmReport,
  mapper,
  reasonsOf,
  textOf,
  uuid,
  volume,
  wanted,
} from '../../test/checks/examples.ts';
import type { GuestEntry, Reference } from '../model/guests/guest-entries.ts';
import type { Lvm } from '../model/lvm/lvm.ts';
import { dm010, dm011, dm012 } from './dm010-dm011-dm012-orphan.ts';

type Orphans = typeof dm010 | typeof dm011 | typeof dm012;

const examine = (check: Orphans, entries: readonly GuestEntry[], lvm?: Lvm) =>
  check.examine(
    { guestEntries: { entries } },
    wanted(['entryCoverage'], { deviceMapper: mapper(), ...(lvm && { lvm }) }),
  );

describe('DM010', () => {
  const lv = volume('san', 'vm-119-disk-0');
  const gone = {
    orphanCause: 'guest-gone',
    reasons: because('no node has a guest with VMID 119'),
  } as const;

  it('reports an entry whose guest is on no node, with volume, VMID and reason', () => {
    const [finding] = examine(dm010, [judged(active(lv, 0), gone)], lvmReport([lv]));
    expect(finding).toMatchObject({
      harm: 'operation',
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
    const impactOf = (entry: GuestEntry) => examine(dm010, [entry], lvmReport([lv]))[0]?.impact ?? '';
    expect(impactOf(judged(active(lv, 0), gone))).toContain('PVE skips the number');
    expect(impactOf(judged(active(lv, 0), gone))).not.toContain('busy');
    expect(impactOf(byHand)).toContain('"Device or resource busy"');
    expect(impactOf(ghost)).toContain('"Device or resource busy"');
  });

  it('has both halves of the story when LVM could not be read', () => {
    const [finding] = examine(dm010, [judged(active(lv, 0), gone)]);
    expect(finding?.impact).toContain('If the volume still exists');
    expect(finding?.impact).toContain('If only the entry is left');
    expect(finding?.repairAction).toBe('deactivate-volume');
  });

  it('says "already exists" for a name that is fixed', () => {
    const cloudinit = volume('san', 'vm-119-cloudinit');
    const [finding] = examine(dm010, [judged(active(cloudinit, 0), gone)], lvmReport([cloudinit]));
    expect(finding?.impact).toContain('"already exists"');
  });

  it('removes a hand-made entry instead of deactivating it', () => {
    const [finding] = examine(dm010, [judged(device('san-vm--119--disk--0', 0), gone)], lvmReport([lv]));
    expect(finding?.repairAction).toBe('remove-device');
  });

  it('asks to close an entry that is open', () => {
    const [finding] = examine(dm010, [judged(active(lv, 0, { openCount: 1 }), gone)], lvmReport([lv]));
    expect(finding?.remedy.text).toContain('It is open: first close what uses it');
  });

  it('is only maybe right when some text could refer to the volume', () => {
    const reference = { vmid: 7, node: 'pve2', section: 'current', key: 'text', text: '#scsi8', local: false } as const;
    const [finding] = examine(dm010, [
      judged(active(lv, 0), { ...gone, references: [{ ...reference, certainty: 'maybe' }] }),
    ]);
    expect(finding?.certainty).toBe('maybe');
  });

  it('is silent about entries of other classes and causes', () => {
    const entry = judged(active(lv, 0), gone);
    expect(examine(dm010, [{ ...entry, class: 'valid' }])).toEqual([]);
    expect(examine(dm010, [{ ...entry, class: 'busy' }])).toEqual([]);
    expect(examine(dm010, [{ ...entry, class: 'duplicate' }])).toEqual([]);
    expect(examine(dm010, [{ ...entry, orphanCause: 'guest-elsewhere' }])).toEqual([]);
    expect(examine(dm010, [{ ...entry, orphanCause: null }])).toEqual([]);
  });
});

describe('DM011', () => {
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

  it('reports a volume that is active here while its guest lives on another node', () => {
    const [finding] = examine(dm011, [judged(active(lv, 0), elsewhere)], lvmReport([lv]));
    expect(finding).toMatchObject({
      harm: 'operation',
      title: 'san/vm-200-disk-0 is active here, but guest 200 lives on another node',
      repairAction: 'deactivate-volume',
      certainty: 'certain',
    });
    expect(finding && textOf(finding)).toContain('guest 200 on node pve2 refers to it');
  });

  it('stays certain beside a mention that only its own remote guest has, not beside one of a guest here', () => {
    const maybe: Reference = { ...remote, certainty: 'maybe' };
    const certaintyWith = (extra: Reference) =>
      examine(dm011, [judged(active(lv, 0), { ...elsewhere, references: [remote, extra] })], lvmReport([lv]))[0]
        ?.certainty;
    expect(certaintyWith(maybe)).toBe('certain');
    expect(certaintyWith({ ...maybe, local: true })).toBe('maybe');
  });

  it('is silent about a guest that is gone, and about a volume in flight', () => {
    expect(
      examine(dm011, [judged(active(lv, 0), { ...elsewhere, orphanCause: 'guest-gone' })], lvmReport([lv])),
    ).toEqual([]);
    expect(
      examine(dm011, [judged(active(lv, 0), { ...elsewhere, class: 'busy', orphanCause: null })], lvmReport([lv])),
    ).toEqual([]);
  });
});

describe('DM012', () => {
  const here = {
    orphanCause: 'not-in-config',
    reasons: because('guest 100 is on this node, and no section names it'),
  } as const;

  function impactOf(lvName: string): string {
    const lv = volume('san', lvName);
    const [finding] = examine(dm012, [judged(active(lv, 0), here)], lvmReport([lv]));
    return finding?.impact ?? '';
  }

  it('reports a volume that no section of its guest’s configuration names', () => {
    const [finding] = examine(dm012, [judged(active(volume('san', 'vm-100-disk-1'), 0), here)]);
    expect(finding).toMatchObject({
      harm: 'operation',
      title: 'san/vm-100-disk-1 is active, but no configuration of guest 100 names it',
      repairAction: 'deactivate-volume',
      vmid: 100,
    });
  });

  it('says which entries were not judged', () => {
    const unknown = { class: 'unknown', orphanCause: null, reasons: because('100.conf may not be whole') } as const;
    const entries = [judged(active(volume('san', 'vm-100-disk-1'), 0), unknown)];
    expect(examine(dm012, entries)).toEqual([]);
    expect(reasonsOf(dm012.unjudged?.({ guestEntries: { entries } }))).toEqual([
      'san/vm-100-disk-1: 100.conf may not be whole',
    ]);
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
    expect(examine(dm012, [{ ...entry, class: 'valid', orphanCause: null }])).toEqual([]);
  });
});
