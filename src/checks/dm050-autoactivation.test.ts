import { describe, expect, it } from 'vitest';
import {
  groupsWith,
  lvmReport,
  storage,
  storages,
  textOf,
  volume,
  volumeGroup,
  wanted,
} from '../../test/checks/examples.ts';
import { changesOf, linesOf } from '../../test/data/commands.ts';
import type { Storage } from '../model/guests/pve.ts';
import type { HostFacts } from '../model/host-facts.ts';
import type { LogicalVolume } from '../model/lvm/lvm.ts';
import { dm050 } from './dm050-autoactivation.ts';

const on = (lvName: string, over: Partial<LogicalVolume> = {}) =>
  volume('san', lvName, { autoActivation: true, ...over });
const shared = storage('san', 'san', { shared: true });

const examine = (
  volumes: readonly LogicalVolume[],
  used: readonly Storage[] = [shared],
  vg = volumeGroup('san'),
  groups = groupsWith(),
) => dm050.examine({ lvm: lvmReport(volumes, { vgs: [vg] }), storage: storages(...used), groups }, wanted(['host']));

describe('DM050', () => {
  it('reports a VG of a shared storage whose guest volumes every node activates', () => {
    const [finding, ...others] = examine([on('vm-100-disk-0'), on('base-101-disk-0'), on('root')]);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      harm: 'operation',
      subject: { kind: 'volume-group', id: 'san' },
      title: 'VG san: LVM autoactivation is on for 2 guest volumes',
      repairAction: null,
    });
    expect(finding && textOf(finding)).toContain('autoactivation enabled: vm-100-disk-0, base-101-disk-0');
    expect(finding && textOf(finding)).toContain('shared storage on this VG: san');
  });

  it('does not take a thin pool for a guest volume because of its name', () => {
    expect(examine([on('vm-100-pool', { layout: ['thin', 'pool'] })])).toEqual([]);
  });

  it('reports a thin disk, which LVM does not skip', () => {
    expect(examine([on('vm-100-disk-0', { layout: ['thin', 'sparse'] })])).toHaveLength(1);
  });

  it('gives twenty volumes in one command, and says of more how many there are', () => {
    const remedy = (count: number) =>
      examine(
        Array.from({ length: count }, (_, at) => on(`vm-100-disk-${at}`)),
        [storage('local', 'san')],
      )[0]?.remedy;
    expect(remedy(20)?.text).not.toContain('at a time');
    expect(remedy(21)?.text).toContain('each guest volume (all 21, 20 at a time)');
    expect(linesOf(remedy(21)?.commands)[0]?.match(/lv_uuid=/g)).toHaveLength(20);
  });

  it('is a notice where no storage is shared', () => {
    const [finding] = examine(
      [on('vm-100-disk-0')],
      [storage('local', 'san'), storage('far', 'other', { shared: true })],
    );
    expect(finding?.harm).toBe('housekeeping');
    expect(finding?.impact).toContain('mostly cosmetic');
  });

  it('names PVE’s script where there is one, and prints no command for a VG that other nodes write to', () => {
    const remedyOn = (pveVersion: string | null, of = shared) =>
      dm050.examine(
        { lvm: lvmReport([on('vm-100-disk-0')]), storage: storages(of), groups: groupsWith() },
        wanted(['host'], { host: { pveVersion } as HostFacts }),
      )[0]?.remedy;
    expect(remedyOn('9.1.2')).toMatchObject({
      text: expect.stringContaining('/migrations/pve-lvm-disable'),
      commands: [],
    });
    expect(remedyOn('8.4.1')).toMatchObject({ text: expect.stringContaining('LVM has no lock'), commands: [] });
    const local = storage('local', 'san');
    expect(changesOf(remedyOn('8.4.1', local)?.commands)).toEqual(['switch-off-autoactivation']);
    expect(remedyOn(null, local)).toEqual(remedyOn('8.4.1', local));
  });

  it('is silent where autoactivation is off, for the volumes or for the VG', () => {
    expect(examine([on('vm-100-disk-0', { autoActivation: false })])).toEqual([]);
    expect(examine([on('vm-100-disk-0')], [shared], volumeGroup('san', { autoActivation: false }))).toEqual([]);
  });

  it('says that an LVM without the property activates everything, and prints no command that it does not know', () => {
    const old = volumeGroup('san', { autoActivation: null });
    const [finding] = examine([on('vm-100-disk-0', { autoActivation: null })], [shared], old);
    expect(finding).toMatchObject({ harm: 'operation', remedy: { commands: [] } });
    expect(finding && textOf(finding)).toContain(
      'does not know autoactivation (before 2.03.12) and activates every volume',
    );
    expect(finding?.remedy.text).toContain('2.03.12');
  });

  it.each(['on-guest', 'same-name', 'other-group'] as const)('names no volume of a VG that is %s', (why) => {
    const groups = groupsWith({ [volumeGroup('san').vgUuid]: { why, because: '' } });
    expect(examine([on('vm-100-disk-0')], [shared], volumeGroup('san'), groups)).toEqual([]);
  });

  it('is silent about volumes that are no guest’s, and about thin ones that LVM skips anyway', () => {
    const thin = { layout: ['thin', 'sparse'] };
    expect(examine([on('root'), on('snap_vm-100-disk-0_x', thin), on('base-101-disk-0', thin)])).toEqual([]);
  });
});
