import type { Facts } from '../check.ts';
import type { GroupStanding } from '../guests/group-standing.ts';
import { decodeGuestVolume, snapshotVolumeName } from '../guests/guest-volume.ts';
import type { GuestConfig, Storage, VolumeMention } from '../guests/pve.ts';
import type { LogicalVolume, Lvm, VolumeGroup } from '../lvm/lvm.ts';
import type { LvmCoverage } from '../lvm/lvm-coverage.ts';
import { type Reading, whyNot } from '../reading.ts';

/** What a line of a configuration of this node names in a VG that was seen whole. */
export interface NamedLv {
  readonly config: GuestConfig;
  readonly mention: VolumeMention;
  readonly volid: string;
  readonly vgName: string;
  readonly lvName: string;
  /** It is in the metadata of the VG. */
  readonly isThere: boolean;
  /** Snapshots of its guest that the volume has; null where it can have none. */
  readonly snapshots: readonly string[] | null;
}

export interface NamedLvs {
  readonly named: readonly NamedLv[];
  /** VGs that such lines name and of which nobody knows what is in them, each as a sentence. */
  readonly unjudged: readonly string[];
}

/** LVM's report, what it proves, and which of its VGs a storage can mean. */
export interface ReportedGroups {
  readonly lvm: Lvm;
  readonly coverage: LvmCoverage;
  readonly foreign: GroupStanding['foreign'];
}

type LvmMention = Pick<NamedLv, 'config' | 'mention' | 'volid' | 'vgName' | 'lvName'> & { readonly storage: Storage };

/** Every LV that certain lines of this node's guests name, on storages that this node may use. */
export function namedLvs(facts: Facts<'guests' | 'storage' | 'cluster'>, reported: Reading<ReportedGroups>): NamedLvs {
  const mentions = lvmMentions(facts);
  const vgNames = [...new Set(mentions.map(({ vgName }) => vgName))];
  if (reported.state !== 'known') return { named: [], unjudged: vgNames.length === 0 ? [] : [whyNot(reported)] };
  const seen = new Map(vgNames.map((vgName) => [vgName, contentsOf(vgName, reported.value)]));
  const looked = mentions.map(({ storage, ...mention }) => {
    const { lvs, notWhole } = seen.get(mention.vgName) ?? NOTHING;
    const lv = lvs.get(mention.lvName);
    return { ...mention, isThere: lv !== undefined, snapshots: snapshotsOf(mention, storage, lv, lvs), notWhole };
  });
  // What was seen is there; of what was not, nobody knows where not all was seen.
  const isJudged = (one: NamedLv & Pick<Contents, 'notWhole'>): boolean => one.notWhole === null || isFound(one);
  return {
    named: looked.filter(isJudged),
    unjudged: [...new Set(looked.flatMap((one) => (isJudged(one) ? [] : (one.notWhole ?? []))))],
  };
}

const isFound = ({ isThere, snapshots, mention: { section, snapshot } }: NamedLv): boolean =>
  isThere && (section !== 'snapshot' || snapshots === null || snapshots.includes(snapshot));

function lvmMentions({ guests, storage, cluster }: Facts<'guests' | 'storage' | 'cluster'>): readonly LvmMention[] {
  const onLvm = new Map(
    storage.storages
      .filter(({ type, disabled, nodes }) => {
        const isHere = !disabled && (nodes === null || nodes.includes(cluster.nodeName));
        return isHere && (type === 'lvm' || type === 'lvmthin');
      })
      .map((one) => [one.storeid, one]),
  );
  return guests.configs
    .filter(({ node }) => node === cluster.nodeName)
    .flatMap((config) =>
      config.mentions.flatMap((mention): readonly LvmMention[] => {
        const { target, certainty } = mention;
        if (target.kind !== 'volid' || certainty !== 'certain') return [];
        const found = onLvm.get(target.storeid);
        const vgName = found?.properties['vgname'];
        const lvName = target.volname.split('/').at(-1) ?? '';
        if (found === undefined || vgName === undefined || !isVolume(lvName)) return [];
        return [{ config, mention, volid: `${target.storeid}:${target.volname}`, vgName, lvName, storage: found }];
      }),
    );
}

/** A name that Proxmox VE takes for a volume (pve-storage src/PVE/Storage/LVMPlugin.pm and LvmThinPlugin.pm parse_volname). */
function isVolume(lvName: string): boolean {
  const kind = decodeGuestVolume(lvName)?.kind;
  return kind !== undefined && kind !== 'snapshot' && kind !== 'being-deleted';
}

/** Volumes of a VG by name, and why there may be others; null where there are none. */
interface Contents {
  readonly lvs: ReadonlyMap<string, LogicalVolume>;
  readonly notWhole: string | null;
}

const NOTHING: Contents = { lvs: new Map(), notWhole: '' };

function contentsOf(vgName: string, { lvm, coverage, foreign }: ReportedGroups): Contents {
  const named = lvm.vgs.filter((one) => one.vgName === vgName);
  // One inside a guest may have the same name.
  const vg = named.find(({ vgUuid }) => foreign(vgUuid) === null) ?? named[0];
  if (vg === undefined) return { ...NOTHING, notWhole: `LVM shows no VG ${vgName} on this node` };
  const other = foreign(vg.vgUuid)?.because;
  if (other !== undefined) return { ...NOTHING, notWhole: other };
  const lvs = new Map(lvm.lvs.filter((lv) => isIn(lv, vg)).map((lv) => [lv.lvName, lv]));
  return { lvs, notWhole: coverage.whyNotWhole(vg) };
}

const isIn = (lv: LogicalVolume, vg: VolumeGroup): boolean => lv.vgUuid === vg.vgUuid;

/**
 * A thick volume has no snapshots but those of a chain of qcow2 (`snapshot-as-volume-chain`), and each of them is a volume of its
 * own (LVMPlugin.pm get_snap_name, LvmThinPlugin.pm volume_snapshot).
 */
function snapshotsOf(
  { config, mention, lvName }: Pick<NamedLv, 'config' | 'mention' | 'lvName'>,
  { type }: Storage,
  lv: LogicalVolume | undefined,
  lvs: ReadonlyMap<string, LogicalVolume>,
): readonly string[] | null {
  const isChain = type === 'lvm' && lvName.endsWith('.qcow2');
  const isThin = type === 'lvmthin' && lv !== undefined && lv.poolLv !== '';
  if (lv === undefined || lvName.startsWith('base-') || !(isChain || isThin)) return null;
  const asked = new Set([...config.snapshots, mention.snapshot].filter((name) => name !== ''));
  return [...asked].filter((name) => lvs.has(snapshotVolumeName(lvName, name)));
}
