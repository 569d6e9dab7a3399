import { READ_SCRIPT } from './cluster-scripts.ts';

/**
 * Every command that a collector may run, whole: no argument comes from anywhere else, but for the kernel names of block devices that
 * `lvm-fullreport-around` is shown (`commandOf`). Probes of paths and servers, which take one,
 * are in `probe.ts`, `look-beneath.ts` and `knock.ts`. None of them changes the node; no shell is involved; LC_ALL=C; a deadline and an output limit on each.
 */

export interface ReadCommand {
  readonly argv: readonly [string, ...string[]];
  readonly deadlineMs: number;
  /** How long it may take in all, as long as it is at work and does not wait. Left out: no longer than its deadline. */
  readonly atWorkMs?: number;
  readonly maxBytes: number;
  /** It prints times without their zone. */
  readonly inUtc?: boolean;
}

const MIB = 1024 * 1024;

/**
 * Any name can be made with `--manglename none`. By default dmsetup then ends with 1 and lists nothing whole; here it prints names in
 * the report with \\xNN for every odd byte, those of tables and status as the kernel has them (seen with 1.02.185).
 */
const ANY_NAME = ['--manglename', 'none'] as const;

/**
 * dmsetup 1.02.185 has no --reportformat; blkdevname and blkdevs_used are never asked for, since one entry without a
 * node makes the whole report exit 1. `segments` is the number of lines that `dmsetup table` must have.
 */
const DMSETUP_INFO_FIELDS = 'mangled_name,mangled_uuid,major,minor,open,segments,attr';

/**
 * No hints file, no udev database, suspended devices skipped (lvm2 man/lvm.conf.5, lvmreport.7; vdsm reads with the same
 * settings). A report writes /etc/lvm/backup and /etc/lvm/archive when another node changed the volume group (lvm2
 * tools/reporter.c, check_current_backup), unless that is switched off. The report's form does not follow lvm.conf.
 */
const LVM_CONFIG = [
  'devices/ignore_suspended_devices=1',
  'devices/hints="none"',
  'devices/obtain_device_list_from_udev=0',
  'global/notify_dbus=0',
  'backup/backup=0',
  'backup/archive=0',
  'log/report_command_log=0',
  'report/mark_hidden_devices=1',
  'report/binary_values_as_numeric=0',
  'report/list_item_separator=","',
  'report/time_format="%Y-%m-%d %T %z"',
  'report/compact_output=0',
  'report/compact_output_cols=""',
].join(' ');

/** As parse/zfs-list.ts reads them. */
const ZFS_COLUMNS = 'name,type,used,volsize,refquota,origin,creation,receive_resume_token';

const LV_FIELDS = 'lv_name,vg_name,lv_uuid,vg_uuid,lv_size,pool_lv,origin,lv_role,lv_layout,lv_tags,lv_time,lv_profile';

const VG_FIELDS = 'vg_name,vg_uuid,vg_extent_size,vg_size,vg_free,lv_count,vg_missing_pv_count,vg_seqno,vg_profile';

/**
 * `--all` lists internal volumes too. `--foreign --shared`: groups of another system ID or lock manager would be left out
 * silently, and their devices look like leftovers. `--nolocking`: no lock file; `--readonly`: no activation, no repair.
 */
const lvmReport = (vgFields: string, lvFields: string, config = LVM_CONFIG): ReadCommand => ({
  argv: [
    'lvm',
    'fullreport',
    ...['--nolocking', '--readonly', '--config', config],
    ...['--reportformat', 'json', '--units', 'b', '--nosuffix', '--all', '--foreign', '--shared'],
    ...['--configreport', 'vg', '-o', vgFields],
    ...['--configreport', 'pv', '-o', 'pv_name,vg_name,pv_uuid,pv_major,pv_minor,pe_start,pv_missing,pv_size,dev_size'],
    ...['--configreport', 'lv', '-o', lvFields],
    ...['--configreport', 'seg', '-o', 'lv_uuid,segtype,seg_start,seg_size,devices,thin_id'],
    ...['--configreport', 'pvseg', '-o', 'pv_name'],
  ],
  deadlineMs: 10_000,
  // It looks at every device: thousands of volumes on a node with much to do take longer than one dead disk should.
  atWorkMs: 60_000,
  maxBytes: 256 * MIB,
});

/** A name of the kernel for a block device: `sda1`, `dm-3`, `nvme0n1p1`. No character of it means anything in a pattern of LVM. */
const KERNEL_NAME = /^[a-z][a-z0-9]{0,30}(?:-\d{1,7})?$/;

/** One element of an argument vector has less than 128 KiB (kernel MAX_ARG_STRLEN). */
const MOST_SHOWN = 2000;

/** Whether LVM can be shown all of these by name. */
export const canBeShown = (kernelNames: readonly string[]): boolean =>
  kernelNames.length <= MOST_SHOWN && kernelNames.every((name) => KERNEL_NAME.test(name));

/**
 * LVM asks each name of a device, and takes the device when one of them is accepted (lvm2 lib/filters/filter-regex.c): what is
 * not listed is not opened.
 */
const shownOnly = (kernelNames: readonly string[]): string => {
  const accepted = kernelNames.filter((name) => KERNEL_NAME.test(name)).slice(0, MOST_SHOWN);
  return `${LVM_CONFIG} devices/filter=[${[...accepted.map((name) => `"a|^/dev/${name}$|"`), '"r|.*|"'].join(',')}]`;
};

/** Without autoactivation, which LVM before 2.03.12 does not know. */
const reportAround = (kernelNames: readonly string[]) => lvmReport(VG_FIELDS, LV_FIELDS, shownOnly(kernelNames));

export const COMMANDS = {
  'dmsetup-info': {
    argv: ['dmsetup', 'info', ...ANY_NAME, '-c', '--noheadings', '--separator', '\t', '-o', DMSETUP_INFO_FIELDS],
    deadlineMs: 10_000,
    maxBytes: 64 * MIB,
  },
  'dmsetup-table': { argv: ['dmsetup', 'table', ...ANY_NAME], deadlineMs: 10_000, maxBytes: 128 * MIB },
  /** Without --noflush a pool or a cache writes its metadata before it answers. */
  'dmsetup-status': { argv: ['dmsetup', 'status', ...ANY_NAME, '--noflush'], deadlineMs: 10_000, maxBytes: 128 * MIB },
  'dmsetup-status-thin-pool': {
    argv: ['dmsetup', 'status', ...ANY_NAME, '--noflush', '--target', 'thin-pool'],
    deadlineMs: 10_000,
    maxBytes: 8 * MIB,
  },
  'lvm-fullreport': lvmReport(`${VG_FIELDS},vg_autoactivation`, `${LV_FIELDS},lv_autoactivation`),
  /** For LVM before 2.03.12, which does not know the autoactivation property. */
  'lvm-fullreport-old': lvmReport(VG_FIELDS, LV_FIELDS),
  /** Run only where a multipath map hangs; shown the devices that do not. */
  'lvm-fullreport-around': reportAround([]),
  /**
   * Run only where a zfspool storage is used here. All pools at once, in the order that shows whether the list is whole
   * (parse/zfs-list.ts). It asks the kernel only, which asks no disk that the pool's cache does not need.
   */
  'zfs-list': {
    argv: ['zfs', 'list', '-Hp', '-t', 'filesystem,volume,snapshot', '-S', 'name', '-o', ZFS_COLUMNS],
    deadlineMs: 10_000,
    atWorkMs: 60_000,
    maxBytes: 128 * MIB,
  },
  /**
   * Run only where a pool is imported, none is suspended and no command of ZFS hangs. All pools at once, devices by what their paths
   * lead to. It asks the kernel only, and no disk.
   */
  'zpool-status': { argv: ['zpool', 'status', '-LP'], deadlineMs: 10_000, maxBytes: 8 * MIB },
  /** Run on a node of a cluster only. PVE::Cluster waits 10 s for a pmxcfs that was stopped. */
  'cluster-records': { argv: ['perl', '-T', '-e', READ_SCRIPT], deadlineMs: 15_000, maxBytes: 32 * MIB },
  /** Run on a node of a cluster, and where a thin pool and dmeventd are, or a map hangs. What is not set is left out of its output. It opens no device. */
  'lvm-settings': {
    argv: ['lvm', 'lvmconfig', '--typeconfig', 'full', 'devices', 'global', 'activation'],
    deadlineMs: 10_000,
    maxBytes: MIB,
  },
} as const satisfies Record<string, ReadCommand>;

export type CommandName = keyof typeof COMMANDS;

/** The command as it is run. */
export const commandOf = (command: CommandName, kernelNames: readonly string[] = []): ReadCommand =>
  command === 'lvm-fullreport-around' ? reportAround(kernelNames) : COMMANDS[command];
