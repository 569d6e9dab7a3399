import type { ReplicationJob, ReplicationState } from '../model/guests/replication.ts';
import { isRecord } from '../model/json-shape.ts';
import { harmlessMessage } from '../model/mounts/mount-secrets.ts';
import type { Parsed } from '../model/reading.ts';
import { isTrue } from './perl-text.ts';
import { parseJsonObject } from './pmxcfs.ts';

/**
 * Jobs of /etc/pve/replication.cfg (pve-guest-common src/PVE/ReplicationConfig.pm over pve-common src/PVE/SectionConfig.pm: a
 * section ends at an empty line). A job without a target is none.
 */
export function parseReplicationCfg(text: string): readonly ReplicationJob[] {
  return text.split(/\n(?:[ \t]*\n)+/).flatMap((section) => {
    const lines = section.split('\n').filter((line) => !/^\s*#/.test(line) && line.trim() !== '');
    const [, id = '', vmid = ''] = /^local:\s*(([1-9]\d{2,8})-\d{1,9})\s*$/.exec(lines[0] ?? '') ?? [];
    if (id === '') return [];
    const properties = new Map<string, string>();
    for (const line of lines.slice(1)) {
      const [, key, value = ''] = /^\s+(\S+)\s*(.*?)\s*$/.exec(line) ?? [];
      if (key !== undefined && !properties.has(key)) properties.set(key, value);
    }
    const target = properties.get('target') ?? '';
    if (target === '') return [];
    // A flag without a value is 1.
    const disable = properties.get('disable');
    const disabled = disable === '' || isTrue(disable);
    return [{ id, vmid: Number(vmid), target, disabled, beingRemoved: properties.has('remove_job') }];
  });
}

/** A state with the process that a run had or has: number and start time, as field 22 of /proc/<pid>/stat; 0: none. */
export type RememberedRun = Omit<ReplicationState, 'running'> & {
  readonly worker: { readonly pid: number; readonly startTicks: number };
};

/**
 * /var/lib/pve-manager/pve-replication-state.json: `{"VMID":{"local/TARGET":{"last_sync":…,"fail_count":…,"error":…}}}`, times in
 * seconds since 1970 (pve-guest-common src/PVE/ReplicationState.pm). An empty file is no state.
 */
export function parseReplicationState(text: string): Parsed<readonly RememberedRun[]> {
  if (text.trim() === '') return { value: [], problems: [] };
  const json = parseJsonObject(text);
  if (json === null) return { value: [], problems: ['it is not a JSON object'] };
  const value = Object.entries(json).flatMap(([vmid, jobs]) =>
    /^[1-9]\d{2,8}$/.test(vmid) && isRecord(jobs)
      ? Object.entries(jobs).flatMap(([job, state]) => stateOf(Number(vmid), job, state))
      : [],
  );
  return { value, problems: [] };
}

function stateOf(vmid: number, job: string, state: unknown): readonly RememberedRun[] {
  const target = /^local\/(\S+)$/.exec(job)?.[1];
  if (target === undefined || !isRecord(state)) return [];
  const [sync, fails] = [numberOf(state['last_sync']), numberOf(state['fail_count'])];
  const [error = ''] = typeof state['error'] === 'string' ? state['error'].trim().split('\n', 1) : [];
  return [
    {
      vmid,
      target,
      lastSyncAt: sync > 0 ? new Date(sync * 1000).toISOString() : null,
      failCount: fails,
      error: harmlessMessage(error),
      worker: { pid: numberOf(state['pid']), startTicks: numberOf(state['ptime']) },
    },
  ];
}

/** Perl writes some numbers as strings. A date has at most this many seconds. */
function numberOf(value: unknown): number {
  const number = typeof value === 'string' && /^\d{1,12}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && number > 0 && number < 1e11 ? Math.floor(number) : 0;
}
