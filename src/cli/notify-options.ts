import type { Command } from 'commander';
import { configOption, setOption } from './settings-options.ts';
import type { Terminal } from './terminal.ts';

export function addNotify(program: Command, terminal: Terminal, finish: (exitCode: number) => void): void {
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
    .action(async (channel: string | undefined, options) => {
      const { runNotifyTest } = await import('./notify-test.ts');
      finish(await runNotifyTest(channel, options, terminal));
    });
  notify
    .command('list')
    .description('the last message of each channel, and what waits for it')
    .option('--json', 'for programs')
    .addOption(configOption())
    .addOption(setOption())
    .action(async (options) => {
      const { runNotifyList } = await import('./notify-waiting.ts');
      finish(await runNotifyList(options, terminal));
    });
  notify
    .command('send')
    .description('send what waits, and digests whose hour has come; what the retry timer runs')
    .addOption(configOption())
    .addOption(setOption())
    .action(async (options) => {
      const { runNotifySend } = await import('./notify-waiting.ts');
      finish(await runNotifySend(options, terminal));
    });
}
