import { expect, it } from 'vitest';
import { identifyUuid } from './dm-uuid.ts';

const VG = 'VWemFfnoVfkcEjxwC6pIPOcLDTfsW1Je';
const LV = 'nm38FQE6opDDKPmf4G6omdU5kYhtkoYd';

it.each([
  [`LVM-${VG}${LV}`, { kind: 'lvm', vgUuid: VG, lvUuid: LV, layer: '' }],
  [`LVM-${VG}${LV}-real`, { kind: 'lvm', vgUuid: VG, lvUuid: LV, layer: 'real' }],
  [`part2-LVM-${VG}${LV}`, { kind: 'partition', number: 2, parentUuid: `LVM-${VG}${LV}` }],
  [`part12-LVM-${VG}${LV}`, { kind: 'partition', number: 12, parentUuid: `LVM-${VG}${LV}` }],
  ['part1-devnode_7:2_Wh5pYvM', { kind: 'partition', number: 1, parentUuid: 'devnode_7:2_Wh5pYvM' }],
  ['mpath-3600a098', { kind: 'multipath', wwid: '3600a098' }],
  ['CRYPT-LUKS2-0123-name', { kind: 'crypt' }],
  ['', { kind: 'hand-made' }],
  ['DMRAID-x', { kind: 'other', prefix: 'DMRAID' }],
  ['xpart1-y', { kind: 'other', prefix: 'xpart1' }],
  [`LVM-${VG}${LV}x`, { kind: 'other', prefix: 'LVM' }],
  // One character short: not an LVM UUID, so nothing may be concluded from it.
  [`LVM-${VG}${LV.slice(1)}`, { kind: 'other', prefix: 'LVM' }],
])('identifies %j', (uuid, identity) => {
  expect(identifyUuid(uuid)).toEqual(identity);
});
