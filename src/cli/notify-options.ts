import { type Command, InvalidArgumentError } from 'commander';
import { configOption, setOption } from './settings-options.ts';
import type { Terminal } from './terminal.ts';

export function addNotify(program: Command, terminal: Terminal, finish: (exitCode: number) => void): void {
  const notify = program
    .command('notify')
    .description('the channels of the configuration, and the messages that went out or wait')
    .addHelpText(
      'after',
      `
Examples:
  pve-doctor notify test           a test message to every channel; ends with 1 where one does not take it
  pve-doctor notify test mail      to one
  pve-doctor notify list           messages that were sent, wait, or were given up
  pve-doctor notify show 12        what message 12 says
  pve-doctor notify retry 12       once more, after it was given up

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
    .description('kept messages, newest first')
    .option('--limit <count>', 'how many', positive, 20)
    .option('--json', 'for programs')
    .addOption(configOption())
    .addOption(setOption())
    .action(async (options) => {
      const { runNotifyList } = await import('./notify-kept.ts');
      finish(await runNotifyList(options, terminal));
    });
  notify
    .command('show')
    .argument('<id>', 'its number in the list', positive)
    .description('the text of a kept message')
    .addOption(configOption())
    .addOption(setOption())
    .action(async (number: number, options) => {
      const { runNotifyShow } = await import('./notify-kept.ts');
      finish(await runNotifyShow(number, options, terminal));
    });
  notify
    .command('retry')
    .argument('<id>', 'its number in the list', positive)
    .description('send a message that was given up once more, and what else waits')
    .addOption(configOption())
    .addOption(setOption())
    .action(async (number: number, options) => {
      const { runNotifyRetry } = await import('./notify-retry.ts');
      finish(await runNotifyRetry(number, options, terminal));
    });
}

function positive(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('must be a number from 1 on');
  return Number(text);
}
