import { type Advice, defineCheck, type Facts, type Found } from '../model/check.ts';
import { named } from '../model/cluster/across-nodes.ts';
import { type ActiveElsewhere, activeElsewhere } from '../model/cluster/active-elsewhere.ts';
import { SOURCE } from '../model/evidence.ts';
import { volumePath } from '../model/lvm/lvm.ts';
import type { UnreferencedVolume } from '../model/lvm/unreferenced-volumes.ts';
import { hidden } from '../model/report/not-judged.ts';
import { size } from '../model/size.ts';
import { findOutFirst, goesWith } from '../model/volumes/leftover-findings.ts';

export const lv001 = defineCheck({
  code: 'LV001',
  title: 'inactive guest volume that no configuration names',
  harms: { housekeeping: '' },
  needs: ['lvm', 'unreferenced', 'cluster', 'configsByVmid', 'storagesByVg', 'storage'],
  wants: ['acrossNodes'],
  examine: ({ unreferenced, ...facts }, { acrossNodes }) =>
    unreferenced
      .filter(({ unclear, busy }) => unclear === null && busy === null)
      .map((volume) => findingFor(volume, activeElsewhere(volume.lv, acrossNodes), facts)),
  unjudged: ({ unreferenced }) =>
    unreferenced.flatMap(({ lv, vmid, unclear, busy }) => {
      const of = { subject: { kind: 'volume', id: volumePath(lv) }, vmids: [vmid] } as const;
      if (busy !== null) return [hidden(`${volumePath(lv)}: ${busy}`, { ...of, kind: 'busy' })];
      return unclear === null ? [] : [hidden(`${volumePath(lv)}: ${unclear}`, of)];
    }),
});

function findingFor(
  { lv, vmid }: UnreferencedVolume,
  elsewhere: ActiveElsewhere,
  { configsByVmid, cluster, storagesByVg, storage }: Facts<'configsByVmid' | 'cluster' | 'storagesByVg' | 'storage'>,
): Found {
  const path = volumePath(lv);
  const storeids = storagesByVg.get(lv.vgName) ?? [];
  const isShared = storage.storages.some(({ storeid, shared }) => shared && storeids.includes(storeid));
  const owner = configsByVmid.get(vmid)?.at(-1);
  const isElsewhere = owner !== undefined && owner.node !== cluster.nodeName;
  const ownerFact =
    owner === undefined ? `no node has a guest ${vmid}` : `guest ${vmid} is on node ${owner.node} and does not name it`;
  const isUsed = elsewhere.active.length > 0;
  const use = `${elsewhere.open.length > 0 ? 'open' : 'active'} on ${named(elsewhere.open.length > 0 ? elsewhere.open : elsewhere.active)}`;
  const unnamed = `${owner === undefined ? 'left' : 'has'} a volume that no configuration names, ${lv.lvName} (${size(lv.sizeBytes)})`;
  return {
    harm: 'housekeeping',
    subject: { kind: 'volume', id: path },
    title: `${path} is inactive${isUsed ? ' here' : ''}, and no configuration names it${isUsed ? `, but it is ${use}` : ''}`,
    headline: isUsed ? `has a volume that no configuration names, ${lv.lvName}: it is ${use}` : unnamed,
    bytes: lv.sizeBytes,
    evidence: [
      { fact: `${path}, ${lv.sizeBytes} bytes, is in LVM metadata and not active here`, source: SOURCE.lvm },
      { fact: ownerFact, source: owner?.path ?? SOURCE.guests },
      ...elsewhere.evidence,
    ],
    impact:
      `It takes space, and no configuration that was read names it. A new guest ${vmid} gets other disk numbers, or "already exists" where the ` +
      'name is fixed, as for cloud-init.' +
      (owner === undefined ? '' : goesWith(vmid, isShared)),
    remedy: isUsed
      ? { text: `It is in use: find out what uses it on ${named(elsewhere.active)}.` }
      : remedyFor(lv.vgName, storeids, isShared),
    repairAction: null,
    // The tasks of another node cannot be seen from here: `qm disk move` has its new volume in no configuration yet.
    certainty: isElsewhere ? 'maybe' : 'certain',
    vmid,
  };
}

const remedyFor = (vgName: string, storages: readonly string[], isShared: boolean): Advice => {
  const { text } = findOutFirst('LV001');
  if (isShared)
    return {
      text: `Find out whether another cluster sees VG ${vgName}, and whether it is a disk of that one, before anything else. ${text}`,
    };
  return {
    text:
      storages.length === 0
        ? `${text} No storage of Proxmox VE names VG ${vgName}, so another program may own it.`
        : text,
  };
};
