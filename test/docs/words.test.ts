import { describe, expect, it } from 'vitest';
import { DEFAULT_MOUNT_SETTINGS } from '../../src/model/mounts/mounts.ts';
import { filesBelow, read } from '../repo/repository.ts';
import { fencedBlocks, userPages } from './document-blocks.ts';

const SOURCES = [...filesBelow('src', '.ts'), ...filesBelow('test/goldens', '.txt')].map(({ text }) => text).join('\n');
const FOLDED = SOURCES.toLowerCase();

const quoted = (text: string): readonly string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, words = '']) => words);

/** Rows of a table, from its head to the empty line behind it: their cells. */
function rowsBelow(page: string, head: string): readonly (readonly string[])[] {
  const from = page.indexOf(head);
  const table = page.slice(from, page.indexOf('\n\n', from)).split('\n').slice(2);
  return table.map((row) =>
    row
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

describe('words of pve-doctor in the documents', () => {
  it('are words that it prints: why something is not judged', () => {
    const rows = rowsBelow(read('docs/troubleshooting.md'), '| words | what it is |');
    const words = rows.flatMap(([first = '']) => quoted(first));
    expect(words.length).toBeGreaterThan(5);
    expect(words.filter((one) => !SOURCES.includes(one))).toEqual([]);
  });

  it('are words that it prints: what the scripts print, and what it says instead', () => {
    const rows = rowsBelow(read('docs/migrate.md'), '| line of the scripts | line here |');
    const words = rows.flatMap(([, ours = '']) => quoted(ours)).filter((one) => !/…|\?$/.test(one));
    const printed = words.flatMap((one) => one.split(/\s{2,}/));
    expect(printed.length).toBeGreaterThan(15);
    expect(printed.filter((one) => !FOLDED.includes(one.toLowerCase()))).toEqual([]);
  });

  it('are keys of the table of mounts', () => {
    const schema = read('docs/mounts.schema.json');
    const rows = rowsBelow(read('docs/migrate.md'), '| field | here | |');
    const keys = rows
      .flatMap(([, ours = '']) => quoted(ours.replace(/\(.*\)/, '')))
      .filter((one) => /^[a-zA-Z]+$/.test(one));
    expect(keys.length).toBeGreaterThan(10);
    expect(keys.filter((key) => !schema.includes(`"${key}"`))).toEqual([]);
  });
});

describe('the page on timers', () => {
  it('lets cron run what the timer runs', () => {
    const command = /^ExecStart=(.+)$/m.exec(read('packaging/systemd/pve-doctor.service'))?.[1] ?? 'no command';
    const crontabs = userPages()
      .flatMap(fencedBlocks)
      .filter(({ path, language }) => path === 'docs/timers.md' && language === 'cron');
    expect(crontabs.some(({ text }) => text.includes(` root ${command}\n`))).toBe(true);
  });
});

/** What the three programs offer that pve-doctor replaces: each has its line in docs/migrate.md. */
const OFFERED: Readonly<Record<string, readonly string[]>> = {
  settings: [
    ...['MAILJET_API_KEY', 'MAILJET_API_SECRET', 'FROM_EMAIL', 'FROM_NAME', 'TO_EMAIL'],
    ...['PROXMENUX_MOUNT_STAT_TIMEOUT', 'PROXMENUX_LXC_EXEC_TIMEOUT'],
  ],
  lines: [
    ...['Total device mapper entries', 'Valid entries', 'Duplicate entries', 'Tombstoned entries'],
    ...['Devices currently in use', 'Total issues', 'VMs on this node', 'CRITICAL DUPLICATE', 'TOMBSTONE'],
    ...['This WILL cause unpredictable behavior', 'This will block VM 119', 'has no disk-0 on storage', '[IN USE]'],
    ...['DUPLICATED', 'tombstone(s)', 'Clean', '🟢 Running', '⚪ Stopped', 'VM ID  NAME  STATUS  DM HEALTH'],
    ...['[DEVICE IS CURRENTLY OPEN/IN USE]', 'Cannot remove while device is in use', 'A+, B, C, D, F'],
  ],
  prompts: [
    ...['Do you want to interactively clean up these issues? (y/N)', 'Remove this duplicate? (y/n/a=all/q=quit)'],
    ...['KEEP', 'STRONGLY RECOMMENDED'],
  ],
  use: [
    ...['0 22 * * *', '0 2 * * *', '/var/log/proxmox_dm_check.log', 'wget', 'chmod +x', 'scp', '--next-id lower='],
    ...['global_filter', '--setautoactivation n', '/dev/sda', 'dmsetup table', 'python3', 'dmidecode', 'lsof', 'fuser'],
    ...['nvme', 'mpath', 'efidisk', 'tpmstate', 'unused', '/etc/pve/qemu-server', '/etc/pve/storage.cfg', 'pct list'],
    ...['8.2.2', 'system reboots', 'No VMs detected', 'Email not sending', 'Cleanup fails', 'High number of orphaned'],
    ...['maintenance window', 'backups', 'system metrics', 'footer'],
  ],
  mounts: [
    ...[
      'scan_remote_mounts',
      'scan_lxc_mounts',
      'get_unhealthy_mounts',
      'scan_lxc_mount_capacity',
      'force=True',
      '60 s',
    ],
    ...[
      'source',
      'target',
      'fstype',
      'options',
      'readonly',
      'reachable',
      'error',
      'status',
      'total_bytes',
      'used_bytes',
    ],
    ...['available_bytes', 'usage_percent', 'proxmox_managed', 'lxc_id', 'lxc_name', 'lxc_pid', 'vmid', '`stale`'],
    ...['stat -c %i', 'subprocess.run', '/proc/mounts', 'lxc-info', 'Pseudo file systems'],
  ],
};

describe('the page for those who come from the scripts', () => {
  it.each(Object.entries(OFFERED))('has a line for each of their %s', (_, words) => {
    const page = read('docs/migrate.md');
    expect(words.filter((word) => !page.includes(word))).toEqual([]);
  });
});

describe('pages on full file systems', () => {
  it.each(['docs/checks/MNT005.md', 'docs/checks/CT005.md'])('name the limits that count: %s', (path) => {
    const { warningPercent, criticalPercent } = DEFAULT_MOUNT_SETTINGS;
    expect(read(path)).toContain(`from ${criticalPercent} %, the second limit`);
    expect(read(path)).toContain(`from ${warningPercent} %, the first limit`);
  });
});
