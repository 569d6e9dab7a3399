import { Command } from 'commander';
import { VERSION } from '../../model/version.ts';

/** Every command with its options and help; the manual and the completions of the package are made of it. */
export function makeHubProgram(): Command {
  return new Command('pve-doctor-hub')
    .description('Shows the reports of many Proxmox VE nodes on one page; nodes push, and nothing is ever sent to one.')
    .version(VERSION, '-V, --version', 'print the version')
    .exitOverride();
}
