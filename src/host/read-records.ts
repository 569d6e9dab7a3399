import type { CommandResult } from '../model/command-result.ts';
import { COMMANDS } from './commands.ts';
import { runCommand } from './run.ts';

/**
 * What the nodes of this cluster have published of themselves, as any member of the group www-data may read it
 * (pve-cluster src/pmxcfs/server.c). For the page of the cluster, which has no other business with this machine.
 */
export const readRecords = (): Promise<CommandResult> => runCommand(COMMANDS['cluster-records']);
