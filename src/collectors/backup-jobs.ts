import type { Host } from '../host/host.ts';
import { undamagedConfig } from '../model/believable.ts';
import type { BackupJobs } from '../model/mounts/mounts.ts';
import { absent, known, type Reading } from '../model/reading.ts';
import { parseJobsCfg, parseVzdumpCron } from '../parse/jobs-cfg.ts';

const PATHS = ['/etc/pve/jobs.cfg', '/etc/pve/vzdump.cron'] as const;

/** Scheduled backups: /etc/pve/jobs.cfg, and the cron file of PVE 6. */
export async function collectBackupJobs(host: Host): Promise<Reading<BackupJobs>> {
  const [jobs = absent(''), cron = absent('')] = (await host.readFiles(PATHS)).map((text, at) =>
    undamagedConfig(text, PATHS[at] ?? ''),
  );
  if (jobs.state === 'unreadable') return jobs;
  if (cron.state === 'unreadable') return cron;
  return known({
    jobs: [
      ...(jobs.state === 'known' ? parseJobsCfg(jobs.value) : []),
      ...(cron.state === 'known' ? parseVzdumpCron(cron.value) : []),
    ],
  });
}
