import type { Answer, Wanted } from '../../src/model/before/answer.ts';
import { GUEST_OPERATIONS } from '../../src/model/before/operations.ts';
import { newGuest } from '../../src/model/before/restore.ts';
import { situationOf } from '../../src/model/before/situation.ts';
import type { GuestConfig, Storage, VolumeMention } from '../../src/model/guests/pve.ts';
import type { LogicalVolume } from '../../src/model/lvm/lvm.ts';
import type { Sections } from '../../src/model/snapshot.ts';
import type { StoredVolume } from '../../src/model/volumes/volumes.ts';
import {
  active,
  factsOf,
  guest,
  linear,
  lvmReport,
  mapper,
  mention,
  readingsOf,
  running,
  storage,
  storages,
  volume,
  volumeGroup,
} from './examples.ts';
import { nodeWith, placeOf, stored } from './volume-examples.ts';

/** A node with one guest, 100, before something is done to it. */
export const MIB = 1024 * 1024;

export interface Node {
  readonly files?: readonly StoredVolume[];
  readonly datasets?: readonly StoredVolume[];
  readonly lvs?: readonly LogicalVolume[];
  readonly stale?: readonly LogicalVolume[];
  readonly configs: readonly GuestConfig[];
  readonly runs?: readonly number[];
  readonly extra?: Partial<Sections>;
  readonly storages?: readonly Storage[];
}

/** Directory `disks`, ZFS `tank`, shared thick `san`, thin `local-lvm` in VG `pve`. */
export function sectionsOf(node: Node): Partial<Sections> {
  const { files = [], datasets = [], lvs = [], stale = [], configs, runs = [], extra = {} } = node;
  const base = nodeWith([placeOf('directory', files), placeOf('zfs', datasets)], ...configs);
  const list = [
    ...(base.storage?.storages ?? []),
    storage('san', 'san', { shared: true }),
    storage('local-lvm', 'pve', { type: 'lvmthin', properties: { vgname: 'pve', thinpool: 'data' } }),
    ...(node.storages ?? []),
  ];
  const names = ['san', 'pve'];
  return {
    ...base,
    storage: storages(...list),
    lvm: lvmReport(lvs, {
      vgs: names.map((name) =>
        volumeGroup(name, { lvCount: lvs.filter(({ vgName }) => vgName === name).length, freeBytes: 64 * MIB }),
      ),
      pvs: lvmReport(names.map((name) => volume(name, 'root'))).pvs,
    }),
    deviceMapper: mapper(...stale.map((lv, at) => active(lv, at, { table: [linear('8:0', 2048, 8192)] }))),
    blockDevices: { devices: new Map() },
    running: running(...runs),
    ha: { managed: new Map(), heldTo: new Map() },
    ...extra,
  };
}

export const NOT_GIVEN = {
  to: null,
  storage: null,
  disk: null,
  snapshot: null,
  newid: null,
  addedBytes: null,
  full: false,
  deletes: false,
  diskFormat: null,
};

export function ask(node: Node, operation: Exclude<Wanted['operation'], 'reboot'>, more: Partial<Wanted> = {}): Answer {
  const sections = sectionsOf(node);
  const facts = factsOf(sections);
  const config = node.configs.find(({ vmid, node: on }) => vmid === 100 && on === 'pve1');
  const situation = situationOf(config ?? newGuest(100, 'pve1'), facts, readingsOf(sections));
  const wanted: Wanted = { ...NOT_GIVEN, operation, vmid: 100, ...more };
  return GUEST_OPERATIONS[operation].answer(situation, wanted, facts, config !== undefined);
}

export const texts = ({ stops }: Answer): readonly string[] => stops.map(({ text }) => text);
export const fates = ({ touched }: Answer): readonly string[] => touched.map(({ fate, volid }) => `${fate} ${volid}`);

export const FILE = '100/vm-100-disk-0.qcow2';
export const vm = (over: Partial<GuestConfig> = {}, ...mentions: readonly VolumeMention[]): GuestConfig =>
  guest(100, { mentions: mentions.length === 0 ? [mention('scsi0', 'disks', FILE)] : mentions, ...over });
export const disk = (storeid: string, name = 'vm-100-disk-0', key = 'scsi0') => mention(key, storeid, name);
export const inSnapshot = (name: string, one: VolumeMention): VolumeMention => ({
  ...one,
  section: 'snapshot',
  snapshot: name,
});

export const WELL: Node = { files: [stored(FILE, { identity: '8:1 7' })], configs: [vm()] };
