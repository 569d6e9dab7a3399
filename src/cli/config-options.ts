import { type Command, Option } from 'commander';
import { configOption, setOption } from './settings-options.ts';
import type { Terminal } from './terminal.ts';

/** Declares `config show` and `config check`. */
export function addConfig(program: Command, terminal: Terminal, finish: (exitCode: number) => void): void {
  const config = program
    .command('config')
    .description('show or check the configuration')
    .addHelpText(
      'after',
      `
Examples:
  pve-doctor config show                        every value, with its origin; secrets are hidden
  pve-doctor config show --format json          for programs
  pve-doctor config check                       everything that is wrong, with file and line
  pve-doctor config check new-config.toml       a file before it is put in its place

Exit status: 0 right; 78 wrong; 64 wrong usage. Every value is in docs/configuration.md.`,
    );
  config
    .command('show')
    .description('the values in effect and where each comes from: flag, environment, file or default')
    .addOption(new Option('--format <form>', 'form of the list').choices(['text', 'json']).default('text'))
    .addOption(configOption())
    .addOption(setOption())
    .action(async (options) => {
      const { runConfigShow } = await import('./config.ts');
      finish(await runConfigShow(options, terminal));
    });
  config
    .command('check')
    .argument('[file]', 'another file than /etc/pve-doctor/config.toml')
    .description('find errors in the configuration; to test a channel, use `notify test`')
    .addOption(configOption())
    .addOption(setOption())
    .action(async (file: string | undefined, options) => {
      const { runConfigCheck } = await import('./config.ts');
      finish(await runConfigCheck(file, options, terminal));
    });
}
