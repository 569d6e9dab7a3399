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
import { Storage } from './node/storage.ts';
import {
  type WrittenGroup,
  type WrittenVolume,
  writeGroup,
  writtenDmUuid,
  writtenTable,
  writtenUuid,
} from './node/written-group.ts';

const EXTENT_SECTORS = 8192;
const VOLUMES_PER_GROUP = 1000;
const FIRST_VMID = 100;
const RUNNING = 50;

interface Volume extends WrittenVolume {
  readonly disk: number;
  readonly vg: string;
}

const [entries = 0, guests = 0, mounts = 0, namespaces = 0] = process.argv.slice(2, 6).map(Number);
const command = process.argv.slice(6);
if (!(entries >= guests && guests > 0)) throw new Error('usage: bench-node.ts ENTRIES GUESTS MOUNTS NAMESPACES');

const journal = new Journal('/run/bench-node.log');
const volumes = Array.from({ length: entries }, (_, index) => volume(index));
/** Of each group. */
const disks = new Map<string, string>();
const groups = new Map<string, WrittenGroup>();
for (const vgName of new Set(volumes.map(({ vg }) => vg))) {
  const number = Number(vgName.slice('bench'.length));
  groups.set(vgName, {
    ...{ vgName, uuid: writtenUuid('vg', number), pvUuid: writtenUuid('pv', number) },
    ...{ extentSectors: EXTENT_SECTORS, extents: VOLUMES_PER_GROUP + 1 },
    volumes: volumes.filter(({ vg }) => vg === vgName),
  });
}

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
  return { lvName: `vm-${vmid}-disk-${disk}`, vmid, disk, vg, uuid: writtenUuid('lv', index), extent };
}

function entryOf(item: Volume): Entry {
  const group = groups.get(item.vg);
  const disk = disks.get(item.vg);
  if (group === undefined || disk === undefined) throw new Error(`${item.vg} was not made`);
  return {
    name: dmName(item.vg, item.lvName),
    uuid: writtenDmUuid(group, item),
    table: [writtenTable(disk, group, item)],
  };
}

/** What LVM would have made: /dev/VG/LV. */
function linkNodes(): void {
  for (const vg of groups.keys()) mkdirSync(`/dev/${vg}`, { recursive: true });
  for (const { vg, lvName } of volumes) symlinkSync(`/dev/mapper/${dmName(vg, lvName)}`, `/dev/${vg}/${lvName}`);
}

function disksOf(guest: number): readonly string[] {
  return volumes.filter(({ vmid }) => vmid === FIRST_VMID + guest).map(({ vg, lvName }) => `/dev/${vg}/${lvName}`);
}

function configurations(): ReadonlyMap<number, string> {
  const texts = new Map<number, string>();
  for (const { vmid, vg, lvName, disk } of volumes) {
    const head = `boot: order=scsi0\ncores: 2\nmemory: 2048\nname: guest${vmid}\nnet0: virtio=BC:24:11:00:00:00,bridge=vmbr0`;
    texts.set(vmid, `${texts.get(vmid) ?? head}\nscsi${disk}: ${vg}:${lvName},size=4M`);
  }
  return texts;
}

timed(`${groups.size} volume groups of ${entries} volumes`, () => {
  const storage = new Storage(journal);
  for (const [vg, group] of groups) disks.set(vg, writeGroup(storage, journal, group));
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
