import { type Command, InvalidArgumentError, Option } from 'commander';
import { DEFAULT_MOUNT_SETTINGS as LIMITS } from '../model/mounts/mount-settings.ts';
import { configOption, setOption } from './settings-options.ts';
import { fromOption } from './source-option.ts';
import type { Terminal } from './terminal.ts';

/** The limits of `check`; the table of `mounts` judges nothing. */
export const capacityWarning = (): Option =>
  new Option(
    '--capacity-warning <percent>',
    `mounts: used space or inodes from here on are a warning (${LIMITS.warningPercent})`,
  ).argParser(percent);

export const capacityCritical = (): Option =>
  new Option('--capacity-critical <percent>', `and from here on critical (${LIMITS.criticalPercent})`).argParser(
    percent,
  );

function percent(text: string): number {
  const value = Number(text);
  if (!/^\d+(?:\.\d+)?$/.test(text) || value <= 0 || value > 100)
    throw new InvalidArgumentError('must be a number of percent above 0 and up to 100');
  return value;
}

export function addMounts(program: Command, terminal: Terminal, finish: (exitCode: number) => void): void {
  program
    .command('mounts')
    .description('remote mounts, and disks that hold a storage, on this node and in its containers')
    .addOption(fromOption())
    .option('--lxc', 'only what containers see')
    .option('--unhealthy', 'only what is wrong: full mounts too, and not what is meant to be read-only')
    .option('--force', 'no effect: mounts are always checked anew; accepted for old scripts')
    .addOption(new Option('--format <form>', 'form of the table').choices(['text', 'json']).default('text'))
    .option('-v, --verbose', 'with mount options')
    .addOption(configOption())
    .addOption(setOption())
    .addOption(new Option('--color <when>', 'colour').choices(['auto', 'always', 'never']).default('auto'))
    .addHelpText(
      'after',
      `
How long a mount has to answer (${LIMITS.probeTimeoutMs / 1000} s) is mounts.probe_timeout and
mounts.container_timeout of the configuration; PROXMENUX_MOUNT_STAT_TIMEOUT and
PROXMENUX_LXC_EXEC_TIMEOUT of the environment count as well
(docs/configuration.md).

Examples:
  pve-doctor mounts                          all of them
  pve-doctor mounts --lxc --unhealthy        what is wrong inside containers
  pve-doctor mounts --format json            for programs (docs/mounts.schema.json)

Exit status: 0 when the table was shown, whatever is in it; \`check --only mounts\` judges.`,
    )
    .action(async (options) => {
      const { runMounts } = await import('./mounts.ts');
      finish(await runMounts(options, terminal));
    });
}
