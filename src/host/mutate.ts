import type { CommandResult } from '../model/command-result.ts';
import { type Mutation, mutationArgv, mutationComplaint } from '../model/repair/mutation.ts';
import { type LastingCommand, runLasting } from './lasting-command.ts';

/** How long a command that changes the node is waited for. `dmsetup remove --retry` tries for 5 s. */
const DEADLINE_MS = 60_000;

/** The lock of changes is held in it (src/apply/run-lock.ts). */
const SCRATCH = '/run/pve-doctor';

/**
 * The only place from which this program changes a node. Nothing but a Mutation can be run, without a shell. At the deadline
 * it is left to end by itself: killing LVM in the middle of a change would leave more behind than waiting does.
 */
export async function mutate(
  mutation: Mutation,
  keeping: Pick<LastingCommand, 'descriptors' | 'token'>,
): Promise<CommandResult> {
  const complaint = mutationComplaint(mutation);
  if (complaint !== null) throw new Error(`refused to run ${mutation.does}: ${complaint}`);
  const input = mutation.does === 'create-device' ? `${mutation.table.join('\n')}\n` : '';
  return await runLasting({
    ...{ argv: mutationArgv(mutation), input, deadlineMs: DEADLINE_MS, scratch: SCRATCH },
    ...keeping,
  });
}
