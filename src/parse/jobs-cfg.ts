import type { BackupJob } from '../model/mounts/mounts.ts';

/**
 * vzdump jobs of /etc/pve/jobs.cfg (pve-manager PVE/VZDump/JobPlugin.pm over SectionConfig: a section ends at an empty
 * line). A job without `storage` writes to `local` (PVE/VZDump.pm).
 */
export function parseJobsCfg(text: string): readonly BackupJob[] {
  return text.split(/\n(?:[ \t]*\n)+/).flatMap((section) => {
    const lines = section.split('\n').filter((line) => !/^\s*#/.test(line) && line.trim() !== '');
    const id = /^vzdump:\s*(\S+)\s*$/.exec(lines[0] ?? '')?.[1];
    if (id === undefined) return [];
    const property = (name: string): string | undefined =>
      lines.map((line) => new RegExp(`^\\s+${name}\\s+(\\S+)`).exec(line)?.[1]).find((value) => value !== undefined);
    return [{ id, storeid: property('storage') ?? 'local', enabled: property('enabled') !== '0' }];
  });
}

/** The file of PVE 6 and older: `0 2 * * 6 root vzdump 100 --storage nas`. */
export function parseVzdumpCron(text: string): readonly BackupJob[] {
  return text.split('\n').flatMap((line, index) => {
    const command = /^\s*(?:\S+\s+){5}root\s+vzdump\s(.*)$/.exec(line)?.[1];
    if (command === undefined || /^\s*#/.test(line)) return [];
    const storeid = /--?storage[\s=]+(\S+)/.exec(command)?.[1] ?? 'local';
    return [{ id: `vzdump.cron, line ${index + 1}`, storeid, enabled: true }];
  });
}
