import { size } from '../model/size.ts';
import {
  bytesOfRow,
  isLeftover,
  type LeftoverReport,
  type SnapshotRow,
  type VolumeRow,
} from '../model/volumes/leftover-report.ts';
import { counted, instant } from './counted.ts';
import { printable } from './printable.ts';
import { shellWords } from './shell-words.ts';

/** A volume that the script frees, after it has looked again. */
type Freed = VolumeRow & { readonly remedy: { readonly command: readonly string[] } };

const isFreed = (volume: VolumeRow): volume is Freed =>
  volume.standing === 'leftover' &&
  volume.remedy.command !== null &&
  volume.remedy.first === null &&
  patterns(volume).every(isWord);

/** `grep -w` finds it wherever it stands as a word, and not in `vm-100-disk-10` when it is `vm-100-disk-1`. */
const isWord = (pattern: string): boolean => /^\w(?:.*\w)?$/s.test(pattern) && !pattern.includes('\n');

export const countFreed = ({ volumes }: LeftoverReport): number => volumes.filter(isFreed).length;

/**
 * Commands that free the leftovers, for a person to read and run; pve-doctor runs none of them. Each stands behind a look at what may
 * have changed since. bash, as every node of Proxmox VE has it: names with control characters are quoted as `$'…'`.
 */
export function renderLeftoverScript(report: LeftoverReport): string {
  const freed = report.volumes.filter(isFreed);
  const left = [
    ...report.volumes.filter((volume) => isLeftover(volume) && !isFreed(volume)).map(leftOut),
    ...report.snapshots.filter(isLeftover).map(snapshotLeftOut),
  ];
  return [
    ...headOf(report, freed),
    ...constants(report),
    LOOKS,
    ...freed.flatMap(linesFor),
    ...(left.length === 0 ? [] : ['# Not freed here:', ...left, '']),
    'exit "$failed"',
    '',
  ].join('\n');
}

function headOf({ node, takenAt, toolVersion, looked }: LeftoverReport, freed: readonly Freed[]): readonly string[] {
  const bytes = freed.reduce((sum, volume) => sum + (bytesOfRow(volume) ?? 0), 0);
  const read = looked === null ? '' : ` of ${counted(looked.configurations, 'configuration')}`;
  return [
    '#!/bin/bash',
    printable(`# Frees ${counted(freed.length, 'volume')} (${size(bytes)}) that none${read} named on`),
    printable(`# node ${node}, ${instant(takenAt)}. Written by pve-doctor ${toolVersion}, which never runs it.`),
    ...INTRODUCTION,
  ];
}

const INTRODUCTION = `#
# What is freed is gone for good. Read every line, take out what you want to keep,
# and know for yourself that no other cluster uses these storages. Then run it as
# root on that node. Before each command it looks again, and leaves the volume
# alone when
#  - any configuration on any node names it, in whatever section or comment, or
#    a volume of that name on another storage;
#  - its guest is there again, or has a lock;
#  - something on this node has it open. What other nodes have open is not seen.
# It ends at once when /etc/pve cannot be believed: not mounted, no quorum, another
# node, a node without its directory. Nothing is forced.
# Exit status: 0 all freed, 1 something was left alone or could not be freed.
set -u
export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
`.split('\n');

const constants = ({ node, looked }: LeftoverReport): readonly string[] => [
  `node=${value(node)}`,
  `nodes=(${(looked?.nodes ?? []).map(value).join(' ')})`,
  'failed=0',
  '',
];

/** A word where no command can stand: what has an equals sign is quoted all the same. */
const value = (word: string): string => shellWords(['', word]).slice("'' ".length);

/**
 * Quorum as Proxmox VE itself tells it: the owner's write bit of the link (pve-cluster src/PVE/Cluster.pm check_cfs_quorum), and the
 * word of .members. `grep` ends with 1 where nothing matches and with 2 where something could not be read (grep(1), EXIT STATUS).
 */
const LOOKS = String.raw`end() {
	printf 'ended, nothing more is freed: %s\n' "$1" >&2
	exit 1
}

keep() { # VOLID REASON
	printf 'kept %q: %s\n' "$1" "$2" >&2
	failed=1
	return 1
}

# Is what /etc/pve shows the present state of the cluster?
believe() {
	local name
	grep -q '^[^ ]* /etc/pve fuse' /proc/mounts || end 'pmxcfs is not mounted on /etc/pve'
	[ "$(readlink /etc/pve/local)" = "nodes/$node" ] || end "this is not node $node"
	case $(stat -c %A /etc/pve/local) in
		??w*) ;;
		*) end '/etc/pve is not quorate' ;;
	esac
	grep -q '"nodename"' /etc/pve/.members || end '/etc/pve/.members cannot be read'
	if grep -q '"quorate": *0' /etc/pve/.members; then end '/etc/pve is not quorate'; fi
	for name in "${'$'}{nodes[@]}"; do
		[ -d "/etc/pve/nodes/$name/qemu-server" ] || end "/etc/pve/nodes/$name is not there any more"
	done
}

# Does something on this node have it open? Device-mapper counts for LVM, processes
# and loop devices for files; Ceph refuses by itself to free what has a watcher.
is_open() { # PATH
	local real device count
	case $1 in
		/*) ;;
		*) return 1 ;;
	esac
	real=$(readlink -m -- "$1") || return 0
	[ -e "$real" ] || return 1
	device=/sys/block/${'$'}{real##*/}
	if [ -b "$real" ] && [ -d "$device/dm" ]; then
		count=$(dmsetup info -c --noheadings -o open -j "$(cut -d: -f1 "$device/dev")" -m "$(cut -d: -f2 "$device/dev")") || return 0
		[ "$count" -eq 0 ] || return 0
	fi
	[ ! -f "$real" ] || [ -z "$(losetup -j "$real")" ] || return 0
	[ -n "$(timeout 30 find -L /proc/[0-9]*/fd -samefile "$real" -print -quit 2> /dev/null || [ $? -ne 124 ] || echo unknown)" ]
}

# Is it still what it was when this was written?
unused() { # VOLID VMID gone|there PATTERN...
	local volid=$1 vmid=$2 guest=$3 config found path word
	local -a words=()
	shift 3
	believe
	for config in /etc/pve/nodes/*/qemu-server/"$vmid".conf /etc/pve/nodes/*/lxc/"$vmid".conf; do
		[ -e "$config" ] || continue
		[ "$guest" = there ] || keep "$volid" "guest $vmid is there again: $config" || return 1
		if grep -q '^lock:' "$config"; then keep "$volid" "guest $vmid has a lock: $config" || return 1; fi
	done
	for word in "$@"; do words+=(-e "$word"); done
	found=$(grep -rlwF --include='*.conf' "${'$'}{words[@]}" /etc/pve/nodes)
	case $? in
		0) keep "$volid" "named in $found" || return 1 ;;
		1) ;;
		*) keep "$volid" 'not every configuration could be read' || return 1 ;;
	esac
	path=$(pvesm path "$volid") || keep "$volid" 'pvesm path does not say where it is' || return 1
	if is_open "$path"; then keep "$volid" "something on this node has $path open" || return 1; fi
	believe
}

[ "$(id -u)" -eq 0 ] || end 'it has to be run as root'
believe
`;

function linesFor(volume: Freed): readonly string[] {
  const { volid, vmid, cause, code, proof, snapshots } = volume;
  const bytes = bytesOfRow(volume);
  const guest = cause === 'guest-gone' ? 'gone' : 'there';
  const call = shellWords(['unused', volid, String(vmid), guest, ...patterns(volume)]);
  return [
    printable(`# ${volid}${bytes === null ? '' : `, ${size(bytes)}`}, ${volume.kind}, ${code}`),
    ...proof.map(({ fact, source }) => printable(`#  - ${fact} (${source})`)),
    ...(snapshots.length === 0 ? [] : [printable(`#  - its snapshots go with it: ${snapshots.join(', ')}`)]),
    `if ${call}; then ${shellWords(volume.remedy.command)} || failed=1; fi`,
    '',
  ];
}

/** How a configuration may write it: its last part, and the name that device-mapper gives a volume of LVM. */
function patterns({ name, place }: VolumeRow): readonly string[] {
  const last = name.slice(name.lastIndexOf('/') + 1);
  return place.startsWith('lvm:') ? [last, last.replaceAll('-', '--')] : [last];
}

const leftOut = ({ volid, remedy, because }: VolumeRow): string =>
  printable(
    `#  - ${volid}: ${remedy.first ?? because ?? 'its name is no word that can be looked for in configurations'}`,
  );

/**
 * `qm delsnapshot` and `pct delsnapshot` end with an error for a snapshot that no section has (pve-guest-common
 * src/PVE/AbstractConfig.pm snapshot_delete), and `pvesm` has no word for snapshots.
 */
const snapshotLeftOut = ({ volid, snapshot }: SnapshotRow): string =>
  printable(
    `#  - snapshot ${snapshot} of ${volid}: no command of Proxmox VE takes it away (pve-doctor explain VOL002)`,
  );
