import { describe, expect, it } from 'vitest';
import {
  active,
  cluster,
  device,
  given,
  guest,
  guests,
  lvmReport,
  mapper,
  mention,
  storage,
  storages,
  textOf,
  uuid,
  volume,
  volumeGroup,
  wanted,
} from '../../test/checks/examples.ts';
import { vectorsOf } from '../../test/data/commands.ts';
import type { DmDevice } from '../model/device-mapper/device-mapper.ts';
import type { Guests } from '../model/guests/pve.ts';
import { type Lvm, lvDmUuid } from '../model/lvm/lvm.ts';
import { dm013 as check } from './dm013-ghost.ts';

const dm013 = given(check);

const SECTIONS = ['references', 'groups'] as const;
const older = volume('san', 'vm-401-disk-0', { lvUuid: uuid('older') });
const newer = volume('san', 'vm-401-disk-0');
const other = volume('san', 'vm-100-disk-0');

const examine = (lvm: Lvm, configured: Guests | null, ...devices: readonly DmDevice[]) =>
  dm013.examine(
    { deviceMapper: mapper(...devices), lvm },
    wanted(
      SECTIONS,
      configured ? { guests: configured, storage: storages(storage('san', 'san', { shared: true })), cluster } : {},
    ),
  );

const refers = (vmid: number, node = 'pve1') =>
  guest(vmid, { node, mentions: [mention('scsi0', 'san', 'vm-401-disk-0')] });

describe('DM013', () => {
  it('reports an entry whose UUID is not in the metadata of its VG any more', () => {
    const [finding] = examine(lvmReport([other]), guests(), active(older, 0), active(other, 1));
    expect(finding).toMatchObject({
      harm: 'operation',
      subject: { id: 'san-vm--401--disk--0' },
      title: 'san-vm--401--disk--0 is a ghost: its volume is no longer in VG san',
      repairAction: 'remove-device',
      vmid: 401,
    });
    expect(finding && textOf(finding)).toContain(`none with LV UUID ${uuid('older')}`);
    expect(vectorsOf(finding?.remedy.commands)).toEqual([['dmsetup', 'remove', '--retry', '--uuid', lvDmUuid(older)]]);
  });

  it('is silent where an internal volume is counted for one that is missing, and not where a pool is', () => {
    const vgs = [volumeGroup('san', { lvCount: 2 })];
    const report = (role: readonly string[], layout: readonly string[]) =>
      lvmReport([other, volume('san', 'data', { role, layout })], { vgs });
    expect(examine(report(['private', 'thin', 'pool', 'data'], ['linear']), guests(), active(older, 0))).toEqual([]);
    expect(examine(report(['private'], ['thin', 'pool']), guests(), active(older, 0))).toHaveLength(1);
  });

  it('is silent about layers, by their UUID or by their name alone, and about names that are no volume’s', () => {
    const named = (name: string, suffix = '') =>
      examine(lvmReport([other]), guests(), device(name, 0, { uuid: `${active(older, 0).uuid}${suffix}` }));
    expect(named('san-vm--401--disk--0')).toHaveLength(1);
    expect(named('san-vm--401--disk--0', '-real')).toEqual([]);
    expect(named('san-vm--401--disk--0-real')).toEqual([]);
    expect(named('mpatha')).toEqual([]);
    expect(examine(lvmReport([other]), guests(), device('san-vm--401--disk--0', 0))).toEqual([]);
  });

  it('is no more than a warning where only some text may refer to its name', () => {
    const maybe = { ...mention('scsi0', 'san', 'vm-401-disk-0'), certainty: 'maybe' } as const;
    const [finding] = examine(lvmReport([newer]), guests(guest(401, { mentions: [maybe] })), active(older, 0));
    expect(finding?.headline).toContain('a new disk vm-401-disk-0 cannot be activated here');
  });

  it('says that the guest cannot start when a guest here refers to a volume of that name', () => {
    const [finding] = examine(lvmReport([newer]), guests(refers(401)), active(older, 0));
    expect(finding).toMatchObject({ harm: 'operation', headline: expect.stringContaining('cannot start here') });
    expect(finding?.title).toBe('san-vm--401--disk--0 is a ghost, and guest 401 refers to a volume of its name');
    expect(finding?.impact).toContain('fails with "Device or resource busy"');
    expect(finding && textOf(finding)).toContain(`LV UUID ${newer.lvUuid}: it was recreated`);
  });

  it('counts a guest of another node only when the volume that it names is in this VG', () => {
    const headlineWith = (lvm: Lvm) => examine(lvm, guests(refers(401, 'pve2')), active(older, 0))[0]?.headline;
    expect(headlineWith(lvmReport([newer]))).toContain('cannot start here');
    expect(headlineWith(lvmReport([other]))).toContain('left a dead entry');
  });

  it('reports the ghost, and offers the same repair, when configurations cannot be read', () => {
    const [finding] = examine(lvmReport([newer]), null, active(older, 0));
    expect(finding).toMatchObject({ harm: 'operation', repairAction: 'remove-device' });
    expect(finding?.impact).toContain('exists again with another UUID');
  });

  it('reports the ghost of a volume that is no guest’s, without a repair', () => {
    const [finding] = examine(lvmReport([other]), guests(), active(volume('san', 'scratch'), 0));
    expect(finding).toMatchObject({ harm: 'operation', repairAction: null, vmid: null });
  });

  it('gives no command while the entry is open', () => {
    const [finding] = examine(lvmReport([other]), guests(), active(older, 0, { openCount: 1 }));
    expect(vectorsOf(finding?.remedy.commands)).toEqual([]);
    expect(finding?.remedy.text).toContain('stop what uses it (guest 401');
    const scratch = active(volume('san', 'scratch'), 0, { openCount: 1 });
    expect(examine(lvmReport([other]), guests(), scratch)[0]?.remedy.text).toContain('stop what uses it now');
  });

  it('is silent when the UUID is there, under the same or another name', () => {
    const renamed = volume('san', 'vm-402-disk-0', { lvUuid: older.lvUuid });
    expect(examine(lvmReport([older]), guests(), active(older, 0))).toEqual([]);
    expect(examine(lvmReport([renamed]), guests(), active(older, 0))).toEqual([]);
  });

  it('is silent when the VG is not reported, or not as whole as its metadata says', () => {
    expect(examine(lvmReport([volume('pve', 'root')]), guests(), active(older, 0))).toEqual([]);
    const partial = lvmReport([other], { vgs: [volumeGroup('san', { lvCount: 2 })] });
    expect(examine(partial, guests(), active(older, 0))).toEqual([]);
  });

  it('is silent about layers and about hand-made entries', () => {
    const layer = active(older, 0, { name: 'san-vm--401--disk--0-real', uuid: `${active(older, 0).uuid}-real` });
    expect(examine(lvmReport([other]), guests(), layer, device('san-vm--401--disk--0', 1))).toEqual([]);
  });
});
