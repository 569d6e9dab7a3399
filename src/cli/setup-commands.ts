import { type Command, Option } from 'commander';
import { configOption, type Run, setOption } from './options.ts';

/** Commands about the configuration and the channels in it. */

export function addNotify(program: Command, run: Run): void {
  const notify = program
    .command('notify')
    .description('test the notification channels; list and send what waits')
    .addHelpText(
      'after',
      `
Examples:
  pve-doctor notify test           a test message to every channel; ends with 1 where one does not take it
  pve-doctor notify test mail      to one
  pve-doctor notify list           what each channel heard last, and what waits for it
  pve-doctor notify send           send what waits now

What goes out when is docs/notifications.md.`,
    );
  notify
    .command('test')
    .argument('[channel]', 'its name in the configuration; without it, every channel')
    .description('send a test message and show what the other side answers')
    .addOption(configOption())
    .addOption(setOption())
    .action(run(async () => (await import('./notify.ts')).runNotifyTest));
  notify
    .command('list')
    .description('the last message of each channel, and what waits for it')
    .option('--json', 'for programs')
    .addOption(configOption())
    .addOption(setOption())
    .action(run(async () => (await import('./notify.ts')).runNotifyList));
  notify
    .command('send')
    .description('send what waits, and digests whose hour has come; what the retry timer runs')
    .addOption(configOption())
    .addOption(setOption())
    .action(run(async () => (await import('./notify.ts')).runNotifySend));
}

export function addConfig(program: Command, run: Run): void {
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
    .action(run(async () => (await import('./config.ts')).runConfigShow));
  config
    .command('check')
    .argument('[file]', 'another file than /etc/pve-doctor/config.toml')
    .description('find errors in the configuration; to test a channel, use `notify test`')
    .addOption(configOption())
    .addOption(setOption())
    .action(run(async () => (await import('./config.ts')).runConfigCheck));
}

export function addEnrol(program: Command, run: Run): void {
  program
    .command('enrol')
    .argument('[url]', 'the hub: https://hub.example.org')
    .description('make this node, or its whole cluster, report to a hub (docs/hub-protocol.md)')
    .option(
      '--token-file <file>',
      'the token that the hub printed: a file that only root may read, or - for standard input',
    )
    .option('--ca <file>', 'PEM of the authority of a hub that the system does not know; - behind the token')
    .option('--cluster', 'every other node of the cluster as well, over ssh')
    .option('--status', 'with which hubs, and what waits for them')
    .option('--leave', 'report to it no longer, and forget the key')
    .addOption(configOption())
    .addOption(setOption())
    .addHelpText(
      'after',
      `
The node makes a key of its own, shows the token once, and signs from then on. It
reports every quarter of an hour, listens on nothing, and takes no orders: what a
hub answers is who acknowledged what. Without --token-file the token is asked for.

Examples:
  pve-doctor enrol https://hub.example.org --cluster
  pve-doctor enrol https://hub.example.org --token-file /root/hub-token
  pve-doctor enrol --status
  pve-doctor enrol --leave

Exit status: 0 enrolled, with --cluster all of it; 1 refused, or --cluster left a
node out, or --status has something to complain of; 64 wrong usage; 69 the hub
was not reached; 73 cannot write; 77 not root; 78 the configuration is wrong.`,
    )
    .action(run(async () => (await import('./enrol.ts')).runEnrol));
}
