import type { Facts } from '../check.ts';
import { decodeGuestVolume, isVmid } from '../guests/guest-volume.ts';
import { type LvNeedFacts, lvNeeds } from '../needs/lv-needs.ts';
import { type LogicalVolume, lvDmUuid } from './lvm.ts';

/** An inactive volume of a guest that no configuration is known to name. */
export interface UnreferencedVolume {
  readonly lv: LogicalVolume;
  readonly vmid: number;
  /** Why nobody knows whether a configuration names it; null where that is known. */
  readonly unclear: string | null;
  /** What works on it, so that it is not judged now; null where nothing does. */
  readonly busy: string | null;
}

/** Volumes of guests without a device here; LV003 says it once for a VG that no storage can mean. */
export function unreferencedVolumes(facts: LvNeedFacts & Facts<'groups'>): readonly UnreferencedVolume[] {
  const whoNeeds = lvNeeds(facts);
  const activeUuids = new Set(facts.stack.devices.map(({ uuid }) => uuid));
  return facts.lvm.lvs.flatMap((lv): readonly UnreferencedVolume[] => {
    const { vmid } = decodeGuestVolume(lv.lvName) ?? {};
    if (vmid === undefined || !isVmid(vmid) || lv.role.includes('private') || activeUuids.has(lvDmUuid(lv))) return [];
    const answer = facts.groups.foreign(lv.vgUuid) === null ? whoNeeds(lv) : null;
    if (answer === null || answer.is === 'needed') return [];
    const [unclear, busy] =
      answer.is === 'nobody' ? [null, null] : answer.waits ? [null, answer.because] : [answer.because, null];
    return [{ lv, vmid, unclear, busy }];
  });
}
