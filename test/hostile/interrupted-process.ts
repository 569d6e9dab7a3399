/** Waits for a child that says its number. Started by signals.system.test.ts. */
import { runGuarded } from '../../src/host/guarded-child.ts';
import { endOnSignals } from '../../src/host/interrupts.ts';

endOnSignals();
const say = (chunk: Buffer): boolean => {
  process.stdout.write(chunk);
  return false;
};
await runGuarded({ argv: ['sh', '-c', 'echo $$; exec sleep 60'], deadlineMs: 60_000, onOutput: say });
