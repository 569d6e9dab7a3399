import { describe, expect, it } from 'vitest';
import { acrossOf, groupOn, judged, lunDisk } from '../../test/checks/cluster-examples.ts';
import { aRecord, EMPTY } from '../../test/data/node-records.ts';
import type { LvmSettingsPrint } from '../model/cluster/node-record.ts';
import { cl013 } from './cl013-lvm-settings.ts';

const settings = (more: Partial<LvmSettingsPrint> = {}): LvmSettingsPrint | null =>
  EMPTY.lvmSettings === null ? null : { ...EMPTY.lvmSettings, ...more };
const on = (node: string, more: Partial<LvmSettingsPrint> = {}, disk = lunDisk()) =>
  aRecord(node, { groups: [groupOn('san', disk)], lvmSettings: settings(more) });

describe('CL013', () => {
  it('warns of nodes that share a VG and have other settings', () => {
    const other = on('pve2', { globalFilter: '[ "r|.*|" ]', eventActivation: false });
    const { findings } = judged(cl013, acrossOf([on('pve1'), other]));
    expect(findings).toMatchObject([
      {
        harm: 'operation',
        title:
          'pve1 and pve2 share VG san and have other settings of LVM: devices/global_filter and global/event_activation',
      },
    ]);
    expect(findings[0]?.evidence.map(({ fact }) => fact)).toContain('pve1: devices/global_filter is not set');
  });

  it.each([
    ['the settings are equal', on('pve2')],
    ['the entries of the devices file are each node’s own', on('pve2', { devices: ['sys_wwid naa.5'] })],
    ['a setting is not known', on('pve2', { eventActivation: null })],
    ['they share no VG', on('pve2', { eventActivation: false }, lunDisk(2))],
  ])('is silent where %s', (_, other) => {
    expect(judged(cl013, acrossOf([on('pve1'), other])).findings).toEqual([]);
  });
});
