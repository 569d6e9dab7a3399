import { type Command, Option } from 'commander';
import { FORMS } from './forms.ts';
import { capacityCritical, capacityWarning } from './mount-options.ts';
import { configOption, setOption } from './settings-options.ts';
import { fromOption } from './source-option.ts';
import type { Terminal } from './terminal.ts';
import { vmidOption } from './vmid-option.ts';

export const EXIT_STATUS = `
Exit status of check: 0 nothing at or above warning; 1 warning; 2 critical;
3 something could not be judged, and nothing is critical; 64 wrong usage; 70 a
fault of pve-doctor; 73 cannot write; 75 with --send, somebody who should hear of
it did not; 77 not root; 78 the file of --config is wrong.`;

export function addCheck(program: Command, terminal: Terminal, finish: (exitCode: number) => void): void {
  program
    .command('check', { isDefault: true })
    .description('check this node and report (the default command)')
    .addOption(fromOption())
    .addOption(
      new Option('--only <area>', 'only device-mapper, volumes and VMIDs, or only mounts').choices(['dm', 'mounts']),
    )
    .addOption(vmidOption())
    .addOption(
      new Option('--severity <level>', 'only findings of this severity or above').choices([
        'critical',
        'warning',
        'notice',
      ]),
    )
    .addOption(new Option('--format <form>', 'form of the report').choices(Object.keys(FORMS)).default('text'))
    .option('-o, --output <file>', 'write the report to a file, whole or not at all')
    .option('-v, --verbose', 'everything, with the source of each fact')
    .option('-q, --quiet', 'problems only, one line each')
    .option('--running-first', 'list running guests first')
    .option('--record', 'record this run, so that later ones say what is new, standing and resolved (docs/history.md)')
    .option('--send', 'the same, and notify each channel as its policy says (docs/notifications.md)')
    .addOption(capacityWarning())
    .addOption(capacityCritical())
    .addOption(configOption())
    .addOption(setOption())
    .addOption(new Option('--color <when>', 'colour').choices(['auto', 'always', 'never']).default('auto'))
    .addHelpText(
      'after',
      `
Examples:
  pve-doctor check                                 this node, as text
  pve-doctor check --vmid 119 --severity warning   what concerns guest 119
  pve-doctor check --format json -o report.json    for programs (docs/json.md)
  pve-doctor check --format html -o report.html    one file for a browser (docs/html.md)
  pve-doctor check --send                          what the nightly timer of the package runs
  pve-doctor check --from node1.capture            somebody else's node, offline
  pve-doctor check --format nagios                 one status line and details (docs/monitoring.md)
${EXIT_STATUS}`,
    )
    .action(async (options) => {
      const { runCheck } = await import('./check.ts');
      finish(await runCheck(options, terminal));
    });
}
