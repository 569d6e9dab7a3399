import { defineCheck, type Facts } from '../model/check.ts';
import { buildDmName } from '../model/device-mapper/dm-name.ts';
import { listed, SOURCE } from '../model/evidence.ts';
import type { Finding, Remedy } from '../model/finding.ts';
import type { Reference } from '../model/guests/guest-entries.ts';
import { decodeGuestVolume, drbdResource, type GuestVolumeName } from '../model/guests/guest-volume.ts';
import { findInFlight, type InFlight } from '../model/guests/in-flight.ts';
import type { GuestConfig } from '../model/guests/pve.ts';
import { indexReferences, type ReferenceIndex, whyNotWhole } from '../model/guests/references.ts';
import { type LogicalVolume, type Lvm, lvDmUuid, volumePath } from '../model/lvm/lvm.ts';
import { type LvmCoverage, lvmCoverage } from '../model/lvm/lvm-coverage.ts';
import { storagesByVg } from '../model/lvm/storages-by-vg.ts';
import { oncePer } from '../model/once-per.ts';
import { size } from '../model/size.ts';

const NEEDS = ['lvm', 'deviceMapper', 'guests', 'storage', 'cluster', 'running', 'activity', 'groups'] as const;

export const lv001 = defineCheck({
  code: 'LV001',
  slug: 'unreferenced-volume',
  title: 'inactive guest volume that no configuration names',
  needs: NEEDS,
  examine: (facts) => {
    const { volumes, context } = unreferenced(facts);
    return volumes.filter(({ unclear }) => unclear === null).map((volume) => findingFor(volume, context));
  },
  unjudged: (facts) =>
    unreferenced(facts).volumes.flatMap(({ lv, unclear }) =>
      unclear === null ? [] : [`${volumePath(lv)}: ${unclear}`],
    ),
});

interface Unreferenced {
  readonly lv: LogicalVolume;
  readonly vmid: number;
  /** Why nobody knows whether a configuration names it; null where that is known. */
  readonly unclear: string | null;
}

/** Once for what is found and for what is left unjudged. */
const unreferenced = oncePer((facts: Facts<(typeof NEEDS)[number]>) => {
  const context = contextOf(facts);
  const volumes = facts.lvm.lvs.flatMap((lv): readonly Unreferenced[] => {
    const volume = decodeGuestVolume(lv.lvName);
    if (volume === null || lv.role.includes('private') || context.activeUuids.has(lvDmUuid(lv))) return [];
    // LV003 says it once for such a VG.
    if (facts.groups.foreign(lv.vgUuid) !== null || context.bases.has(baseKey(lv.vgUuid, lv.lvName))) return [];
    if (context.changedNames.has(buildDmName(lv.vgName, lv.lvName)) || isBusy(lv, volume, context)) return [];
    const references = [...context.references.find(lv.vgName, lv.lvName), ...context.references.findUuid(lvDmUuid(lv))];
    if (references.some((reference) => reference.certainty === 'certain')) return [];
    return [{ lv, vmid: volume.vmid, unclear: whyUnclear(lv, volume.vmid, references, context) }];
  });
  return { volumes, context };
});

/** Where silence proves nothing: text that names it, a reference that means nobody knows what, what could not be read. */
function whyUnclear(
  lv: LogicalVolume,
  vmid: number,
  named: readonly Reference[],
  { references, owners, coverage }: Context,
): string | null {
  const [leftOut] = coverage.leftOutOf(lv.vgUuid);
  if (leftOut) return `LVM may have read an older copy: it leaves out ${leftOut.path}, which carries the VG too`;
  const [maybe] = [...named, ...references.findUnplaced(vmid, lv.lvName)];
  if (maybe) return `guest ${maybe.vmid} may refer to it: ${maybe.key} (${maybe.text})`;
  if (drbdResource(lv.lvName) !== null) return 'only LINSTOR knows whether a volume beneath DRBD is in use';
  return whyNotWhole(owners.get(vmid));
}

const baseKey = (vgUuid: string, lvName: string): string => `${vgUuid} ${lvName}`;

/**
 * Volumes that others read through: an external origin, or a thick snapshot's. A thin snapshot has all that it needs in
 * their pool (lvmthin(7), "External Origin").
 */
function basesOf({ lvs }: Lvm): ReadonlySet<string> {
  const pools = new Map(lvs.map((lv) => [baseKey(lv.vgUuid, lv.lvName), lv.poolLv]));
  const bases = lvs.filter(({ vgUuid, origin, poolLv }) => {
    const pool = pools.get(baseKey(vgUuid, origin));
    return origin !== '' && pool !== undefined && (pool === '' || pool !== poolLv);
  });
  return new Set(bases.map(({ vgUuid, origin }) => baseKey(vgUuid, origin)));
}

interface Context {
  readonly coverage: LvmCoverage;
  readonly bases: ReadonlySet<string>;
  readonly activeUuids: ReadonlySet<string>;
  readonly changedNames: ReadonlySet<string>;
  readonly references: ReferenceIndex;
  readonly inFlight: InFlight;
  readonly owners: ReadonlyMap<number, GuestConfig>;
  readonly localNode: string;
  readonly storages: ReadonlyMap<string, readonly string[]>;
}

function contextOf({
  lvm,
  deviceMapper,
  guests,
  storage,
  cluster,
  running,
  activity,
}: Facts<(typeof NEEDS)[number]>): Context {
  const localNode = cluster.nodeName;
  return {
    coverage: lvmCoverage(deviceMapper, lvm),
    bases: basesOf(lvm),
    activeUuids: new Set(deviceMapper.devices.map((device) => device.uuid)),
    changedNames: new Set(deviceMapper.changedMeanwhile),
    references: indexReferences(guests, storage, localNode),
    inFlight: findInFlight({
      configs: guests.configs,
      running: running.guests,
      tasks: activity.tasks,
      locks: activity.locks,
      localNode,
    }),
    owners: new Map(guests.configs.map((config) => [config.vmid, config])),
    localNode,
    storages: storagesByVg(storage),
  };
}

function isBusy(lv: LogicalVolume, volume: GuestVolumeName, { inFlight, storages }: Context): boolean {
  if (inFlight.forVmid(volume.vmid) !== null) return true;
  if (volume.kind === 'being-deleted' && inFlight.forDeletion !== null) return true;
  return (storages.get(lv.vgName) ?? []).some((storeid) => inFlight.forStorage(storeid) !== null);
}

function findingFor({ lv, vmid }: Unreferenced, { owners, localNode, storages }: Context): Finding {
  const path = volumePath(lv);
  const owner = owners.get(vmid);
  const isElsewhere = owner !== undefined && owner.node !== localNode;
  const ownerFact =
    owner === undefined ? `no node has a guest ${vmid}` : `guest ${vmid} is on node ${owner.node} and does not name it`;
  return {
    code: 'LV001',
    severity: 'notice',
    subject: { kind: 'volume', id: path },
    title: `${path} is inactive, and no configuration names it`,
    headline: `${owner === undefined ? 'left an unused volume' : 'has an unused volume'}, ${lv.lvName} (${size(lv.sizeBytes)})`,
    bytes: lv.sizeBytes,
    evidence: [
      { fact: `${path}, ${lv.sizeBytes} bytes, is in LVM metadata and not active here`, source: SOURCE.lvm },
      { fact: ownerFact, source: owner?.path ?? SOURCE.guests },
    ],
    impact:
      `It takes space that no guest uses. A new guest ${vmid} gets other disk numbers, or "already exists" where the ` +
      'name is fixed, as for cloud-init.',
    remedy: remedyFor(storages.get(lv.vgName) ?? []),
    repairAction: null,
    // The tasks of another node cannot be seen from here: `qm disk move` has its new volume in no configuration yet.
    certainty: isElsewhere ? 'maybe' : 'certain',
    vmid,
  };
}

const remedyFor = (storages: readonly string[]): Remedy => ({
  text:
    'pve-doctor never deletes a volume. `pve-doctor explain LV001` shows how to prove that it is unused and how to ' +
    (storages.length === 0
      ? 'free it; no storage of Proxmox VE names its VG, so that is done with LVM itself.'
      : `free it with PVE’s own command (storage ${listed(storages)}).`),
  commands: [],
});
