import { writeFileSync } from 'node:fs';
import type { Journal } from './journal.ts';
import { deviceNumber, type Storage } from './storage.ts';

/** One extent of the group's disk, under the name and UUID that it gets. */
export interface WrittenVolume {
  readonly lvName: string;
  readonly vmid: number;
  /** 32 characters of LVM's alphabet. */
  readonly uuid: string;
  /** Its one extent. */
  readonly extent: number;
}

export interface WrittenGroup {
  readonly vgName: string;
  readonly uuid: string;
  readonly pvUuid: string;
  readonly extentSectors: number;
  readonly extents: number;
  readonly volumes: readonly WrittenVolume[];
}

/** Room for the metadata of a thousand volumes. */
const PE_START_SECTORS = 131072;

/** 32 characters of LVM's alphabet; different for every index. */
export const writtenUuid = (kind: string, index: number): string =>
  `${kind}${index.toString(36).padStart(8, '0')}`.padEnd(32, 'x');

/** As LVM writes it: 6-4-4-4-4-4-6. */
const hyphenated = (uuid: string): string =>
  [6, 10, 14, 18, 22, 26, 32].map((end, at) => uuid.slice([0, 6, 10, 14, 18, 22, 26][at], end)).join('-');

/**
 * A volume group of hundreds of volumes, none of them active: `lvcreate` would take minutes, so the metadata is a text for
 * vgcfgrestore. Answers the disk.
 */
export function writeGroup(storage: Storage, journal: Journal, group: WrittenGroup): string {
  const { vgName, pvUuid, extentSectors, extents } = group;
  const disk = storage.disk(vgName, Math.ceil((PE_START_SECTORS + extents * extentSectors) / 2048));
  const text = `/run/${vgName}.vg`;
  writeFileSync(text, metadata(group));
  const identity = ['--uuid', hyphenated(pvUuid), '--restorefile', text, '--metadatasize', '32m'];
  journal.run(['pvcreate', '-y', '-qq', ...identity, disk]);
  journal.run(['vgcfgrestore', '-qq', '-f', text, vgName], { timeoutMs: 300_000 });
  return disk;
}

/** The table that LVM makes of such a volume. */
export const writtenTable = (disk: string, { extentSectors }: WrittenGroup, { extent }: WrittenVolume): string =>
  `0 ${extentSectors} linear ${deviceNumber(disk)} ${PE_START_SECTORS + extent * extentSectors}`;

export const writtenDmUuid = ({ uuid }: WrittenGroup, volume: WrittenVolume): string => `LVM-${uuid}${volume.uuid}`;

function metadata({ vgName, uuid, pvUuid, extentSectors, extents, volumes }: WrittenGroup): string {
  const volumesText = volumes.map(
    ({ lvName, uuid: lvUuid, extent, vmid }) => `${lvName} {
id = "${hyphenated(lvUuid)}"
status = ["READ", "WRITE", "VISIBLE"]
flags = ["NOAUTOACTIVATE"]
tags = ["pve-vm-${vmid}"]
creation_time = 1763600000
creation_host = "pve1"
segment_count = 1
segment1 {
start_extent = 0
extent_count = 1
type = "striped"
stripe_count = 1
stripes = ["pv0", ${extent}]
}
}`,
  );
  return `contents = "Text Format Volume Group"
version = 1
${vgName} {
id = "${hyphenated(uuid)}"
seqno = 1
format = "lvm2"
status = ["RESIZEABLE", "READ", "WRITE"]
flags = []
extent_size = ${extentSectors}
max_lv = 0
max_pv = 0
metadata_copies = 0
physical_volumes {
pv0 {
id = "${hyphenated(pvUuid)}"
device = "/dev/none"
status = ["ALLOCATABLE"]
flags = []
dev_size = ${PE_START_SECTORS + extents * extentSectors}
pe_start = ${PE_START_SECTORS}
pe_count = ${extents}
}
}
logical_volumes {
${volumesText.join('\n')}
}
}
`;
}
