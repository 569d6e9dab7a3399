import type { Interrupted } from '../repair/step-verdict.ts';
import type { Run } from './run.ts';

/** Records what was seen of steps whose end nobody saw. One whose command lives stays open. */
export async function explainInterrupted(interrupted: readonly Interrupted[], run: Run): Promise<void> {
  for (const { step, running, state, seen } of interrupted) {
    const { id } = step.intent;
    if (running.length === 0)
      await run.access.append({ ...run.head(), record: 'explained', id, actor: run.actor, state, seen });
  }
}
