import { type Command, InvalidArgumentError } from 'commander';
import { configOption, setOption } from './settings-options.ts';
import type { Terminal } from './terminal.ts';

/** A span of days or weeks, or a day. */
const WHEN = /^(?:[1-9]\d{0,3}[dw]|\d{4}-\d\d-\d\d)$/;

function when(text: string): string {
  if (!WHEN.test(text)) throw new InvalidArgumentError('It takes days (30d), weeks (4w) or a day (2026-12-31).');
  return text;
}

export function addAcknowledge(program: Command, terminal: Terminal, finish: (exitCode: number) => void): void {
  program
    .command('acknowledge')
    .argument('[id...]', 'problems by the id that `pve-doctor check -v` shows')
    .description('accept a known problem: it no longer counts in status, grade and messages')
    .option('--until <when>', 'until then: 30d, 4w, or a day such as 2026-12-31', when)
    .option('--reason <text>', 'why; shown wherever the problem is folded')
    .option('--list', 'what is acknowledged')
    .option('--remove', 'take it back')
    .addOption(configOption())
    .addOption(setOption())
    .addHelpText(
      'after',
      `
Examples:
  pve-doctor acknowledge volume:san/vm-104-disk-0 --until 30d --reason "kept for the auditors"
  pve-doctor acknowledge --list
  pve-doctor acknowledge volume:san/vm-104-disk-0 --remove

An acknowledgement ends by itself when its time is over, when the problem gets worse, and when a recorded run saw the
problem gone. It makes nothing removable, and hides nothing from check -v and JSON.

Exit status: 0 done; 64 wrong usage, or no such problem; 73 cannot write; 77 not root.`,
    )
    .action(async (ids: readonly string[], options) => {
      const { runAcknowledge } = await import('./acknowledge.ts');
      finish(await runAcknowledge(ids, options, terminal));
    });
}
