import type { Command } from 'commander';
import type { Run } from './options.ts';

export function addPublish(program: Command, run: Run): void {
  program
    .command('publish')
    .description('tell the other nodes of the cluster how this one is (docs/cluster.md)')
    .option('--print', 'print the record and publish nothing')
    .option('--looks <count>', 'with --print: so many looks at this node, two seconds apart, a line each', '1')
    .option('--void', 'take the record of this node back')
    .addHelpText(
      'after',
      `
The package's timer runs it every quarter of an hour; \`check --record\` and
\`check --send\` publish as well. On a node that is in no cluster it does nothing.

Examples:
  pve-doctor publish            check this node and publish what was found
  pve-doctor publish --print    what would be published, as JSON
  pve-doctor publish --void     before pve-doctor is removed from this node

Exit status: 0 it was published, or there is no cluster; 75 it could not be.`,
    )
    .action(run(async () => (await import('./publish.ts')).runPublish));
}
