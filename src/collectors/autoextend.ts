import type { CommandResult } from '../model/command-result.ts';
import type { ProcessTable } from '../model/host-facts.ts';
import type { Autoextend } from '../model/lvm/autoextend.ts';
import type { ThinPools } from '../model/lvm/thin-pools.ts';
import { absent, known, type Reading } from '../model/reading.ts';
import { parsedOutput } from '../parse/command-output.ts';
import { parseAutoextend } from '../parse/lvm-config.ts';

/** Whether LVM extends thin pools by itself. Its settings are not asked for on a node without one. */
export async function collectAutoextend(
  askSettings: () => Promise<CommandResult>,
  thinPools: Reading<ThinPools>,
  processes: Reading<ProcessTable>,
): Promise<Reading<Autoextend>> {
  if (thinPools.state !== 'known') return thinPools;
  if (thinPools.value.pools.length === 0) return absent('there is no thin pool here');
  if (processes.state !== 'known') return processes;
  const result = await askSettings();
  if (result.outcome === 'not-found') return absent('there is no LVM here that extends a pool');
  const settings = parsedOutput(result, parseAutoextend);
  if (settings.state !== 'known') return settings;
  const dmeventdRuns = [...processes.value.byPid.values()].some(({ command }) => command === 'dmeventd');
  return known({ ...settings.value, dmeventdRuns });
}
