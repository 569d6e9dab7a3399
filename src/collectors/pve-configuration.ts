import { type Host, readFile } from '../host/host.ts';
import { believable, undamagedConfig } from '../model/believable.ts';
import type { Cluster, Datacenter, StorageConfig } from '../model/guests/pve.ts';
import type { BackupJobs } from '../model/mounts/mounts.ts';
import { known, type Reading, unreadable } from '../model/reading.ts';
import { DEFAULT_DATACENTER, parseDatacenterCfg } from '../parse/datacenter-cfg.ts';
import { parseJobsCfg, parseVzdumpCron } from '../parse/jobs-cfg.ts';
import { parseStorageCfg } from '../parse/storage-cfg.ts';

const STORAGE = '/etc/pve/storage.cfg';

const readConfig = async (host: Host, path: string): Promise<Reading<string>> =>
  undamagedConfig(await readFile(host, path), path);

/** Storages of the cluster. Without the file PVE has its built-in `local` only. */
export async function collectStorage(host: Host, cluster: Reading<Cluster>): Promise<Reading<StorageConfig>> {
  const belief = believable(cluster);
  if (belief.state !== 'known') return belief;
  const text = await readConfig(host, STORAGE);
  if (text.state === 'unreadable') return text;
  const malformed = (detail: string) => unreadable({ kind: 'malformed', source: STORAGE, detail });
  // PVE writes its built-in `local` even where nothing else is left (Plugin.pm parse_config).
  if (text.state === 'known' && text.value === '')
    return malformed('it is empty, so the storages that it named are lost');
  if (text.state === 'absent') return known(parseStorageCfg(''));
  const config = parseStorageCfg(text.value);
  const [ignored] = config.problems;
  // PVE adds `local` to what it reads, and keeps it when it writes.
  const hasSection = config.storages.length > 1 || /^dir:[ \t]*local[ \t]*$/im.test(text.value);
  if (ignored === undefined || hasSection) return known(config);
  return malformed(`no section of it is a storage (${ignored})`);
}

/** The range of free VMIDs. The file is optional. */
export async function collectDatacenter(host: Host, cluster: Reading<Cluster>): Promise<Reading<Datacenter>> {
  const belief = believable(cluster);
  if (belief.state !== 'known') return belief;
  const text = await readConfig(host, '/etc/pve/datacenter.cfg');
  if (text.state === 'unreadable') return text;
  return known(text.state === 'known' ? parseDatacenterCfg(text.value) : DEFAULT_DATACENTER);
}

/** Scheduled backups: /etc/pve/jobs.cfg, and the cron file of PVE 6. */
export async function collectBackupJobs(host: Host): Promise<Reading<BackupJobs>> {
  const [jobs, cron] = await Promise.all([
    readConfig(host, '/etc/pve/jobs.cfg'),
    readConfig(host, '/etc/pve/vzdump.cron'),
  ]);
  if (jobs.state === 'unreadable') return jobs;
  if (cron.state === 'unreadable') return cron;
  return known({
    jobs: [
      ...(jobs.state === 'known' ? parseJobsCfg(jobs.value) : []),
      ...(cron.state === 'known' ? parseVzdumpCron(cron.value) : []),
    ],
  });
}
