import { Command, CommanderError } from 'commander';
import { VERSION } from '../../model/version.ts';

/** Parses the command line and runs one command. Answers the exit status. */
export async function runHub(argv: readonly string[]): Promise<number> {
  const program = new Command('pve-doctor-hub')
    .description('shows the reports of many Proxmox VE nodes on one page; nodes push, and nothing is ever sent to one')
    .version(VERSION, '-V, --version', 'print the version')
    .exitOverride();
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 64;
    throw error;
  }
}
