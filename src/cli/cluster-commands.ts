import { type Command, Option } from 'commander';
import { FORMS } from './forms.ts';
import { colourOption, configOption, freshOption, fromOption, type Run, setOption } from './options.ts';

export function addCluster(program: Command, run: Run): void {
  program
    .command('cluster')
    .description('all nodes of the cluster: what each told of itself, and what only several of them together show')
    .addOption(fromOption())
    .addOption(freshOption())
    .addOption(new Option('--format <form>', 'form of the report').choices(Object.keys(FORMS)).default('text'))
    .option('-o, --output <file>', 'write the report to a file, whole or not at all')
    .option('-v, --verbose', 'everything, with the source of each fact')
    .option('-q, --quiet', 'problems only, one line each')
    .addOption(configOption())
    .addOption(setOption())
    .addOption(colourOption())
    .addHelpText(
      'after',
      `
It checks this node and puts it beside the records that the others published
(docs/cluster.md). A node whose record is old, damaged or missing is not judged.

Examples:
  pve-doctor cluster                              nodes by areas, and what to do where
  pve-doctor cluster --fresh                      asks the nodes now, over ssh
  pve-doctor cluster -v                           every problem with its evidence
  pve-doctor cluster --format html -o cluster.html
  pve-doctor cluster --format nagios              one status line for the whole cluster

Exit status: as of check; 3 also where a node is not judged and nothing is
critical, and where there is no cluster to show.`,
    )
    .action(run(async () => (await import('./cluster.ts')).runCluster));
}

export function addPublish(program: Command, run: Run): void {
  program
    .command('publish')
    .description('tell the other nodes of the cluster, and hubs, how this one is (docs/cluster.md)')
    .option('--print', 'print the record and publish nothing')
    .option('--looks <count>', 'with --print: so many looks at this node, two seconds apart, a line each', '1')
    .option('--withdraw', 'take the record of this node back')
    .addHelpText(
      'after',
      `
The package's timer runs it every quarter of an hour; \`check --record\` and
\`check --send\` publish as well. On a node that is in no cluster and is enrolled
with no hub it does nothing.

Examples:
  pve-doctor publish               check this node and publish what was found
  pve-doctor publish --print       what would be published, as JSON
  pve-doctor publish --withdraw    before pve-doctor is removed from this node

Exit status: 0 it was published, or there is nobody to tell; 75 it could not be,
or a hub did not take it.`,
    )
    .action(run(async () => (await import('./publish.ts')).runPublish));
}
