import { type Command, CommanderError } from 'commander';
import { makeHubProgram } from '../../src/hub/cli/program.ts';

const withChildren = (command: Command): readonly Command[] => [command, ...command.commands.flatMap(withChildren)];

/** What the hub's program has against a command line; null where it takes it. Nothing of it runs. */
export function hubComplaint(words: readonly string[]): string | null {
  const program = makeHubProgram();
  for (const command of withChildren(program)) {
    command.exitOverride().configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
    if (command.commands.length === 0) command.action(() => undefined);
  }
  try {
    program.parse([...words], { from: 'user' });
    return null;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? null : `pve-doctor-hub: ${error.message}`;
    throw error;
  }
}
