/** Every metric of `--format prometheus`. Names, labels and units stay; docs/monitoring.md has the same table. */

export interface Metric {
  readonly name: string;
  readonly type: 'gauge';
  /** Empty for plain numbers. */
  readonly unit: '' | 'seconds' | 'bytes' | 'ratio';
  readonly labels: readonly string[];
  readonly help: string;
}

const gauge = <const L extends readonly string[]>(
  name: string,
  labels: L,
  help: string,
): Metric & { readonly labels: L } => ({ name: `pve_doctor_${name}`, type: 'gauge', unit: unitOf(name), labels, help });

const unitOf = (name: string): Metric['unit'] =>
  name.endsWith('_seconds') ? 'seconds' : name.endsWith('_bytes') ? 'bytes' : name.endsWith('_ratio') ? 'ratio' : '';

const MOUNT = ['target', 'vmid', 'storage'] as const;

export const METRICS = {
  info: gauge(
    'info',
    ['version', 'node', 'pve_version', 'kernel'],
    'Always 1: version of pve-doctor, name of the node, versions of Proxmox VE and the kernel (empty where unread).',
  ),
  lastRun: gauge('last_run_timestamp_seconds', [], 'When the node was read, in seconds since 1970.'),
  channelTrouble: gauge(
    'channel_trouble',
    ['channel'],
    '1 for each channel that cannot be used, refuses what is sent, or has taken nothing for a day; none where all is well.',
  ),
  runDuration: gauge('run_duration_seconds', [], 'How long the run took.'),
  sectionDuration: gauge('section_duration_seconds', ['section'], 'How long each part of the node took to read.'),
  sectionUnreadable: gauge(
    'section_unreadable',
    ['section'],
    '1 where this part of the node could not be read, else 0.',
  ),
  status: gauge(
    'status',
    ['status'],
    '1 for the overall status (healthy, warning, critical, unknown), 0 for the others.',
  ),
  score: gauge(
    'score',
    [],
    'Score from 0 to 100. Absent where there is none: guests or device-mapper were not readable.',
  ),
  grade: gauge('grade_info', ['grade'], 'Always 1: grade A+, B, C, D or F; ? where there is none.'),
  findings: gauge(
    'findings',
    ['code', 'severity'],
    'Findings of each check. 0 only where it looked everywhere; absent where it could not look.',
  ),
  checks: gauge('checks', ['outcome'], 'Checks by outcome: clean, found, unknown, not-applicable.'),
  checkUnjudged: gauge(
    'check_unjudged',
    ['code'],
    '1 where something of this check could not be judged, be it beside findings, else 0.',
  ),
  notSeen: gauge('not_seen', [], 'Things that could not be seen, each a sentence in the report.'),
  entries: gauge(
    'entries',
    ['class'],
    'Device-mapper entries of guest volumes: valid, duplicate, orphan, busy, unknown (not judged).',
  ),
  entryUse: gauge('entries_in_use', ['in_use'], 'The same entries by whether something uses them: yes, no, unknown.'),
  entriesIdle: gauge(
    'entries_idle',
    [],
    'Entries that are active while their guest is stopped. Absent where not known.',
  ),
  guests: gauge('guests', [], 'Guests with their configuration on this node. Absent where not known.'),
  guestsRunning: gauge('guests_running', [], 'Guests of this node that run. Absent where not known.'),
  leftoverVmids: gauge(
    'leftover_vmids',
    [],
    'VMIDs that no node has, with entries or volumes left. Absent if not known.',
  ),
  leftoverBytes: gauge(
    'leftover_bytes',
    [],
    'Size of the LVM volumes left of VMIDs that no node has; of thin ones what they promise. Absent if not known.',
  ),
  nextVmidLeftovers: gauge(
    'next_vmid_leftovers',
    [],
    'Entries and volumes that the next free VMIDs would meet. Absent where not known.',
  ),
  thinPoolData: gauge('thin_pool_data_used_ratio', ['pool'], 'Used data of a thin pool from 0 to 1.'),
  thinPoolMetadata: gauge('thin_pool_metadata_used_ratio', ['pool'], 'Used metadata of a thin pool from 0 to 1.'),
  mountLimit: gauge(
    'mount_limit_ratio',
    ['severity'],
    'From how much used space or inodes on a mount is a warning or critical, as configured, from 0 to 1.',
  ),
  mounts: gauge(
    'mounts',
    ['status'],
    'Mounts by status: ok, readonly, stale, missing, unknown (not asked). Absent where they could not all be listed.',
  ),
  mountsLeftOut: gauge('mounts_left_out', [], 'Mounts without series of their own, because there are too many.'),
  mountInfo: gauge('mount_info', [...MOUNT, 'source', 'fstype'], 'Always 1: what is mounted there.'),
  mountStatus: gauge('mount_status', [...MOUNT, 'status'], '1 for the status of this mount, 0 for the others.'),
  mountSize: gauge('mount_size_bytes', MOUNT, 'Size of the file system. Absent where it did not answer.'),
  mountUsed: gauge('mount_used_bytes', MOUNT, 'Used space. Absent where it did not answer.'),
  mountAvailable: gauge('mount_available_bytes', MOUNT, 'Space that is left for users other than root.'),
  mountUsedRatio: gauge(
    'mount_used_ratio',
    MOUNT,
    'Used space from 0 to 1, as df counts: what MNT005 and CT005 compare.',
  ),
  mountInodesRatio: gauge('mount_inodes_used_ratio', MOUNT, 'Used inodes from 0 to 1. Absent where there is no limit.'),
} as const;
