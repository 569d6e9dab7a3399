import { type Advice, defineCheck, type Found } from '../model/check.ts';
import { isOfThisNode, switchOffAutoactivation, WRITTEN_ELSEWHERE } from '../model/command/lvm-changes.ts';
import { counted, listed, SOURCE } from '../model/evidence.ts';
import type { Foreign } from '../model/guests/group-standing.ts';
import { decodeGuestVolume } from '../model/guests/guest-volume.ts';
import type { Storage } from '../model/guests/pve.ts';
import type { LogicalVolume, VolumeGroup } from '../model/lvm/lvm.ts';

/** PVE 9 brings the migration script (pve-manager bin/pve-lvm-disable-autoactivation). */
const SCRIPT = '/usr/share/pve-manager/migrations/pve-lvm-disable-autoactivation';
const SCRIPT_SINCE = 9;

/** A command line for more volumes is not printed. */
const NAMED_VOLUMES = 20;

export const dm050 = defineCheck({
  code: 'DM050',
  title: 'LVM autoactivation is on for guest volumes',
  harms: { operation: 'a shared storage is on the VG', housekeeping: 'the VG is of this node alone' },
  needs: ['lvm', 'storage', 'groups'],
  wants: ['host'],
  examine: ({ lvm, storage, groups }, { host }) => {
    const affected = Map.groupBy(lvm.lvs.filter(isAutoActivated), ({ vgUuid }) => vgUuid);
    const major = host.state === 'known' ? Number.parseInt(host.value.pveVersion ?? '', 10) : Number.NaN;
    return lvm.vgs.flatMap((vg) => {
      const volumes = affected.get(vg.vgUuid);
      if (volumes === undefined || vg.autoActivation === false || isAnothers(groups.foreign(vg.vgUuid))) return [];
      const storages = storage.storages.filter(({ properties }) => properties['vgname'] === vg.vgName);
      return [findingFor(vg, volumes, storages, major >= SCRIPT_SINCE)];
    });
  },
});

/** LVM's commands would reach another VG by this name, or change what belongs to a guest. */
const isAnothers = (foreign: Foreign | null): boolean => foreign !== null && foreign.why !== 'unnamed';

/**
 * null is an LVM before 2.03.12, which does not know the property and activates everything. Thin snapshots and base volumes have the flag that skips activation
 * (lvcreate -s, LvmThinPlugin.pm create_base), so their autoactivation means nothing. A pool is no guest's volume,
 * whatever its name.
 */
function isAutoActivated(lv: LogicalVolume): boolean {
  const volume = decodeGuestVolume(lv.lvName);
  if (lv.autoActivation === false || volume === null || lv.layout.includes('pool')) return false;
  const isSkipped = volume.kind === 'snapshot' || volume.kind === 'base';
  return !(isSkipped && lv.layout.includes('thin'));
}

function findingFor(
  vg: VolumeGroup,
  volumes: readonly LogicalVolume[],
  storages: readonly Storage[],
  hasScript: boolean,
): Found {
  const shared = storages.filter((storage) => storage.shared).map(({ storeid }) => storeid);
  return {
    harm: shared.length > 0 ? 'operation' : 'housekeeping',
    subject: { kind: 'volume-group', id: vg.vgName },
    title: `VG ${vg.vgName}: LVM autoactivation is on for ${counted(volumes.length, 'guest volume')}`,
    headline: `activates ${counted(volumes.length, 'guest volume')} at every boot${shared.length > 0 ? ', on every node that sees it' : ''}`,
    evidence: [
      { fact: activatedFact(vg, volumes), source: SOURCE.lvm },
      {
        fact: shared.length > 0 ? `shared storage on this VG: ${listed(shared)}` : 'no shared storage on this VG',
        source: SOURCE.storage,
      },
    ],
    impact:
      shared.length > 0
        ? 'Every node activates these volumes when it boots or the disk appears, whoever owns the guest. What is then ' +
          'resized or removed on one node stays behind on the others (DM013, DM020).'
        : 'The volumes are active from boot on, also while their guests are stopped. On a VG of this node alone that is ' +
          'mostly cosmetic.',
    remedy:
      vg.autoActivation === null
        ? alwaysOn
        : remedyFor(vg, volumes, hasScript, isOfThisNode(vg.vgName, { state: 'known', value: { storages } })),
  };
}

function activatedFact(vg: VolumeGroup, volumes: readonly LogicalVolume[]): string {
  const names = listed(volumes.map((lv) => lv.lvName));
  return vg.autoActivation === null
    ? `this LVM does not know autoactivation (before 2.03.12) and activates every volume: ${names}`
    : `autoactivation enabled: ${names}`;
}

/** `auto_activation_volume_list` (lvm.conf(5)) is the older way; it names what is activated, root and swap included. */
const alwaysOn: Advice = {
  text:
    'The property comes with LVM 2.03.12 (Proxmox VE 8): upgrade, then switch it off for each guest volume. Until then ' +
    'only `activation/auto_activation_volume_list` in lvm.conf limits what is activated; it has to name root and swap.',
};

function remedyFor(
  { vgName }: VolumeGroup,
  volumes: readonly LogicalVolume[],
  hasScript: boolean,
  ofThisNode: boolean,
): Advice {
  const never = 'Leave the VG’s own setting alone: root, swap and thin pools may depend on it.';
  if (hasScript)
    return {
      text: `Run the migration script of Proxmox VE, ${SCRIPT}; it lists what it would change, asks, and takes the lock of the storage. ${never}`,
    };
  if (!ofThisNode)
    return {
      text: `Switch it off for each guest volume; Proxmox VE 9 has a script for it, which takes the lock of the storage. ${WRITTEN_ELSEWHERE} ${never}`,
    };
  const few = volumes.length <= NAMED_VOLUMES;
  return {
    text:
      `Switch it off for each guest volume${few ? '' : ` (all ${volumes.length}, ${NAMED_VOLUMES} at a time)`}; PVE 9 has a ` +
      `script for it, ${SCRIPT}. ${never}`,
    commands: [switchOffAutoactivation(vgName, volumes.slice(0, NAMED_VOLUMES))],
  };
}
