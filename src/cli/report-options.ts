import type { Command } from 'commander';
import { configOption, setOption } from './settings-options.ts';
import { fromOption } from './source-option.ts';
import type { Terminal } from './terminal.ts';

export function addReport(program: Command, terminal: Terminal, finish: (exitCode: number) => void): void {
  program
    .command('report')
    .description('write the report as one HTML file; with --send, send it to every channel')
    .option('-o, --output <file>', 'write it to a file, whole or not at all; otherwise to standard output')
    .option('--send', 'record this run and send it to every channel, whatever its policy')
    .addOption(fromOption())
    .addOption(configOption())
    .addOption(setOption())
    .addHelpText(
      'after',
      `
Examples:
  pve-doctor report -o report.html                       this node
  pve-doctor report --from node1.capture -o node1.html   somebody else's, offline
  pve-doctor report --send                               to every channel; shows what each answers

Exit status: 0 the report was written, and with --send at least one channel took
it; 64 wrong usage; 73 cannot write; 75 no channel took it; 77 not root. What
the report says is the exit status of check, not of report.`,
    )
    .action(async (options) => {
      const { runReport } = await import('./report.ts');
      finish(await runReport(options, terminal));
    });
}
