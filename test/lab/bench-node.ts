/**
 * Builds a big healthy node inside a guest and says how long each part took:
 *
 *   test/lab/boot -u -m 4G -- RUNTIME test/lab/bench-node.ts ENTRIES GUESTS MOUNTS NAMESPACES [COMMAND...]
 *
 * A command is run afterwards, on that node. `lvcreate` would take minutes for hundreds of volumes, so the metadata
 * is a generated text for vgcfgrestore and the entries are one `dmsetup create --concise` with the volumes' UUIDs.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { Cluster, lvmStorage } from './node/cluster.ts';
import { DeviceMapper, dmName, type Entry } from './node/device-mapper.ts';
import { Guests } from './node/guests.ts';
import { Journal } from './node/journal.ts';
import { deviceNumber, Storage } from './node/storage.ts';

const EXTENT_SECTORS = 8192;
const PE_START_SECTORS = 131072;
const VOLUMES_PER_GROUP = 1000;
const FIRST_VMID = 100;
const RUNNING = 50;

interface Volume {
  readonly lv: string;
  readonly vmid: number;
  readonly disk: number;
  readonly vg: string;
  readonly uuid: string;
  /** Its one extent in the group's disk. */
  readonly extent: number;
}

const [entries = 0, guests = 0, mounts = 0, namespaces = 0] = process.argv.slice(2, 6).map(Number);
const command = process.argv.slice(6);
if (!(entries >= guests && guests > 0)) throw new Error('usage: bench-node.ts ENTRIES GUESTS MOUNTS NAMESPACES');

const journal = new Journal('/run/bench-node.log');
const volumes = Array.from({ length: entries }, (_, index) => volume(index));
/** Device number of each group's disk. */
const disks = new Map<string, string>();
const groups = new Map<string, readonly Volume[]>();
for (const item of volumes) groups.set(item.vg, [...(groups.get(item.vg) ?? []), item]);

function timed(what: string, build: () => void): void {
  const began = performance.now();
  build();
  console.log(`${((performance.now() - began) / 1000).toFixed(2)} s  ${what}`);
}

/** Disks go round the guests: volume i is disk i / guests of guest i % guests. */
function volume(index: number): Volume {
  const vmid = FIRST_VMID + (index % guests);
  const disk = Math.floor(index / guests);
  const vg = `bench${Math.floor(index / VOLUMES_PER_GROUP)}`;
  const extent = index % VOLUMES_PER_GROUP;
  return { lv: `vm-${vmid}-disk-${disk}`, vmid, disk, vg, uuid: uuidOf('lv', index), extent };
}

/** 32 characters of LVM's alphabet; different for every index. */
function uuidOf(kind: string, index: number): string {
  return `${kind}${index.toString(36).padStart(8, '0')}`.padEnd(32, 'x');
}

/** As LVM writes it: 6-4-4-4-4-4-6. */
const hyphenated = (uuid: string): string =>
  [6, 10, 14, 18, 22, 26, 32].map((end, at) => uuid.slice([0, 6, 10, 14, 18, 22, 26][at], end)).join('-');

const groupUuid = (vg: string): string => uuidOf('vg', Number(vg.slice('bench'.length)));
const diskUuid = (vg: string): string => uuidOf('pv', Number(vg.slice('bench'.length)));

function restoreGroup(storage: Storage, vg: string, members: readonly Volume[]): void {
  const extents = VOLUMES_PER_GROUP + 1;
  const disk = storage.disk(vg, (PE_START_SECTORS + extents * EXTENT_SECTORS) / 2048);
  disks.set(vg, deviceNumber(disk));
  const text = `/run/${vg}.vg`;
  writeFileSync(text, metadata(vg, members, extents));
  const identity = ['--uuid', hyphenated(diskUuid(vg)), '--restorefile', text, '--metadatasize', '32m'];
  journal.run(['pvcreate', '-y', '-qq', ...identity, disk]);
  journal.run(['vgcfgrestore', '-qq', '-f', text, vg], { timeoutMs: 300_000 });
}

function metadata(vg: string, members: readonly Volume[], extents: number): string {
  const volumesText = members.map(
    ({ lv, uuid, extent, vmid }) => `${lv} {
id = "${hyphenated(uuid)}"
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
${vg} {
id = "${hyphenated(groupUuid(vg))}"
seqno = 1
format = "lvm2"
status = ["RESIZEABLE", "READ", "WRITE"]
flags = []
extent_size = ${EXTENT_SECTORS}
max_lv = 0
max_pv = 0
metadata_copies = 0
physical_volumes {
pv0 {
id = "${hyphenated(diskUuid(vg))}"
device = "/dev/none"
status = ["ALLOCATABLE"]
flags = []
dev_size = ${PE_START_SECTORS + extents * EXTENT_SECTORS}
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

function entryOf(item: Volume): Entry {
  const start = PE_START_SECTORS + item.extent * EXTENT_SECTORS;
  return {
    name: dmName(item.vg, item.lv),
    uuid: `LVM-${groupUuid(item.vg)}${item.uuid}`,
    table: [`0 ${EXTENT_SECTORS} linear ${disks.get(item.vg)} ${start}`],
  };
}

/** What LVM would have made: /dev/VG/LV. */
function linkNodes(): void {
  for (const vg of groups.keys()) mkdirSync(`/dev/${vg}`, { recursive: true });
  for (const { vg, lv } of volumes) symlinkSync(`/dev/mapper/${dmName(vg, lv)}`, `/dev/${vg}/${lv}`);
}

function disksOf(guest: number): readonly string[] {
  return volumes.filter(({ vmid }) => vmid === FIRST_VMID + guest).map(({ vg, lv }) => `/dev/${vg}/${lv}`);
}

function configurations(): ReadonlyMap<number, string> {
  const texts = new Map<number, string>();
  for (const { vmid, vg, lv, disk } of volumes) {
    const head = `boot: order=scsi0\ncores: 2\nmemory: 2048\nname: guest${vmid}\nnet0: virtio=BC:24:11:00:00:00,bridge=vmbr0`;
    texts.set(vmid, `${texts.get(vmid) ?? head}\nscsi${disk}: ${vg}:${lv},size=4M`);
  }
  return texts;
}

timed(`${groups.size} volume groups of ${entries} volumes`, () => {
  const storage = new Storage(journal);
  for (const [vg, members] of groups) restoreGroup(storage, vg, members);
});
timed(`${entries} device-mapper entries`, () => new DeviceMapper(journal).create(volumes.map(entryOf)));
timed('links in /dev', linkNodes);
timed(`configurations of ${guests} guests`, () => {
  const cluster = new Cluster(journal, ['pve1', 'pve2', 'pve3']);
  cluster.start();
  cluster.storage(...[...groups.keys()].map((vg) => lvmStorage(vg, vg)));
  cluster.vms(configurations());
});
timed(`${Math.min(RUNNING, guests)} running guests`, () => {
  const runner = new Guests(journal);
  for (let index = 0; index < Math.min(RUNNING, guests); index++) runner.startVm(FIRST_VMID + index, disksOf(index));
});

timed(`${mounts} mounts`, () => {
  const lines = Array.from({ length: mounts }, (_, at) => {
    const target = `/srv/mount-${at}`;
    mkdirSync(target, { recursive: true });
    return at % 2 === 0 ? `tmpfs ${target} tmpfs size=1m 0 0` : `/run ${target} none bind 0 0`;
  });
  // One process for all: each takes this kernel a sixth of a second.
  writeFileSync('/run/bench-mounts', `${lines.join('\n')}\n`);
  if (mounts > 0) journal.run(['mount', '-a', '-T', '/run/bench-mounts'], { timeoutMs: 300_000 });
});
// What each container's monitor is: a namespace with a copy of all of the node's mounts.
timed(`${namespaces} mount namespaces`, () => {
  for (let at = 0; at < namespaces; at++) journal.background(['unshare', '-m', 'sleep', '100000']);
});

// Every node has some; a guest without udev has none, and a list without any is not believed.
createServer().listen('/run/bench-socket');

const [program, ...args] = command;
if (program !== undefined) process.exit(spawnSync(program, args, { stdio: 'inherit' }).status ?? 1);
