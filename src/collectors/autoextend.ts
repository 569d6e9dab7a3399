import type { CommandResult } from '../model/command-result.ts';
import type { ProcessTable } from '../model/host-facts.ts';
import { type Autoextend, EXTENDS_NONE } from '../model/lvm/autoextend.ts';
import type { ThinPools } from '../model/lvm/thin-pools.ts';
import { absent, type Reading } from '../model/reading.ts';
import { parsedOutput } from '../parse/command-output.ts';
import { parseAutoextend } from '../parse/lvm-config.ts';

/** Whether LVM extends thin pools by itself. Its settings are not asked for where there is none, or where dmeventd, which would do it, does not run. */
export async function collectAutoextend(
  askSettings: () => Promise<CommandResult>,
  thinPools: Reading<ThinPools>,
  processes: Reading<ProcessTable>,
): Promise<Reading<Autoextend>> {
  if (thinPools.state !== 'known') return thinPools;
  if (thinPools.value.pools.length === 0) return absent('there is no thin pool here');
  if (processes.state !== 'known') return processes;
  if (![...processes.value.byPid.values()].some(({ command }) => command === 'dmeventd'))
    return absent(`${EXTENDS_NONE}: dmeventd does not run`);
  const result = await askSettings();
  if (result.outcome === 'not-found') return absent('there is no LVM here that extends a pool');
  return parsedOutput(result, parseAutoextend);
}
