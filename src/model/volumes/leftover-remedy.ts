import type { JudgedVolume, Standing } from './leftovers.ts';

/** How a person frees a volume with Proxmox VE's own command. pve-doctor runs none of it. */
export interface Remedy {
  /** null: Proxmox VE has no command that means this volume and no other, or it is not judged. */
  readonly command: readonly string[] | null;
  /** What has to be known or done first; null where the proof is complete. */
  readonly first: string | null;
}

/**
 * Names that `pvesm free` takes, by where they stand (pve-storage src/PVE/Storage: parse_volname of LVMPlugin.pm, LvmThinPlugin.pm,
 * ZFSPoolPlugin.pm, RBDPlugin.pm, and parse_name_dir of Plugin.pm).
 */
const TAKEN = {
  lvm: /^(?:vm|base)-\d+-\S+$/,
  rbd: /^(?:vm|base)-\d+-\S+$/,
  zfs: /^(?:vm|base|subvol|basevol)-\d+-\S+$/,
  directory: /^\d+\/(?!snap-)[^/\s]+\.(?:raw|qcow2|vmdk|subvol)$/,
} as const;

type Judged = Pick<JudgedVolume, 'place' | 'name' | 'volid' | 'standing' | 'owner'>;

export function remedyOf({ place, name, volid, standing, owner }: Judged, isDoubled: boolean): Remedy {
  if (standing.is === 'busy' || standing.is === 'unclear') return { command: null, first: standing.because };
  if (isDoubled) return { command: null, first: 'two volumes have this name, and only an id tells them apart' };
  if (place.kind === 'lvm' && !volid.includes(':')) return { command: null, first: notThrough(place) };
  if (!TAKEN[place.kind].test(name))
    return {
      command: null,
      first: 'Proxmox VE takes this name for no volume: it is taken away with the tools of its storage',
    };
  return { command: ['pvesm', 'free', volid], first: firstOf(standing, owner) };
}

const notThrough = ({ storeids, where }: Judged['place']): string =>
  storeids.length === 0
    ? `no storage of Proxmox VE means ${where}: it is freed with the tools of LVM`
    : `no storage that is used on this node means it (${storeids.join(', ')} of ${where}): it is freed with the tools of LVM`;

/** The same volume id means the guest's own disk on the other node, and a migration there has tasks that only that node shows. */
function firstOf(standing: Extract<Standing, { readonly cause: unknown }>, owner: Judged['owner']): string | null {
  if (standing.is === 'elsewhere') return standing.because;
  if (standing.cause !== 'guest-elsewhere' || owner === null) return null;
  return `guest ${owner.vmid} is on node ${owner.node}: nothing may be migrating or replicating it, which only that node shows`;
}
