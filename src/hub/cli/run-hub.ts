import { CommanderError } from 'commander';
import { makeHubProgram } from './program.ts';

/** Parses the command line and runs one command. Answers the exit status. */
export async function runHub(argv: readonly string[]): Promise<number> {
  try {
    await makeHubProgram().parseAsync([...argv], { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 64;
    throw error;
  }
}
