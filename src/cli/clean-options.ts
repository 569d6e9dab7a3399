import { type Command, InvalidArgumentError, Option } from 'commander';
import { configOption, setOption } from './settings-options.ts';
import type { Terminal } from './terminal.ts';
import { vmidOption } from './vmid-option.ts';

type Finish = (exitCode: number) => void;

/** Declares `clean`. */
export function addClean(program: Command, terminal: Terminal, finish: Finish): void {
  program
    .command('clean')
    .argument('[names...]', 'only these: entries by name, volumes as VG/LV or storage:volume')
    .description('remove leftover device-mapper entries, one at a time; never deletes a volume')
    .option('--from <file>', 'plan for a capture; needs --dry-run; works offline, without root')
    .option('--dry-run', 'print exactly what clean would run, and change nothing')
    .addOption(
      new Option('--only <phase>', 'only duplicates, or only orphans and ghosts').choices(['duplicates', 'orphans']),
    )
    .addOption(vmidOption())
    .option('--max <count>', 'take at most this many steps', stepCount)
    .option('--yes', 'do not ask; needs --only, --vmid or names')
    .option('--plan <id>', 'run exactly the plan that --dry-run showed, without asking, or nothing', planIdText)
    .addOption(
      new Option('--format <form>', 'form of the plan and of what was done').choices(['text', 'json']).default('text'),
    )
    .option('-v, --verbose', 'every condition of each step, with its evidence')
    .addOption(new Option('--color <when>', 'colour').choices(['auto', 'always', 'never']).default('auto'))
    .addHelpText('after', CLEAN_HELP)
    .action(async (names: readonly string[], options) => {
      const { runClean } = await import('./clean.ts');
      finish(await runClean(names, options, terminal));
    });
}

const CLEAN_HELP = `
Examples:
  pve-doctor clean --dry-run                   what would be done, and what is left alone and why
  pve-doctor clean                             asks about each entry; Enter means no
  pve-doctor clean san/vm-119-disk-0           the entries of one volume
  pve-doctor clean --yes --only duplicates     for automation
  pve-doctor clean --dry-run --format json     for programs (docs/clean.md)
  pve-doctor clean --from node1.capture --dry-run

Every fact that a step depends on is read again right before it, and what could
not be read refuses it. Each step is kept in \`pve-doctor history\` and taken back
by \`pve-doctor undo\`.

Exit status:
  0    nothing is left to do; with --dry-run: nothing would be left alone
  1    something was skipped, refused or left alone, or could not be judged
  2    a step failed, or its result was not as expected
  64   wrong usage, or nobody could be asked; nothing was changed
  70   a fault of pve-doctor
  73   the journal cannot be read or written
  74   the output cannot be written, and all else went well
  77   not root
  129  the terminal is gone
  130  ended by q or Ctrl-C
  143  ended by SIGTERM

A closed output (\`| head\`) does not change the exit status.`;

function stepCount(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('must be a number of steps, from 1 to 999999');
  return Number(text);
}

function planIdText(text: string): string {
  if (!/^[0-9a-f]{12}$/.test(text))
    throw new InvalidArgumentError('must be the id that `pve-doctor clean --dry-run` printed, 12 digits from 0 to f');
  return text;
}

/** Declares `history`. */
export function addHistory(program: Command, terminal: Terminal, finish: Finish): void {
  program
    .command('history')
    .description(
      'what pve-doctor changed on this node, when, by whom, and how to undo it; with --runs, the recorded checks',
    )
    .option('--json', 'the same as --format json')
    .option('--runs', 'the runs that `check --record` kept, instead of what was changed')
    .option('--limit <count>', 'with --runs: at most this many, the newest (30)', runCount)
    .addOption(new Option('--format <form>', 'form of the list').choices(['text', 'json']))
    .addOption(configOption())
    .addOption(setOption())
    .addHelpText(
      'after',
      `
Examples:
  pve-doctor history                     every change, newest last
  pve-doctor history --runs --limit 10   status, grade and score of the last ten runs that were kept`,
    )
    .action(async (options) => {
      const { runHistory } = await import('./history.ts');
      finish(await runHistory(options, terminal));
    });
}

function runCount(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('must be a number of runs, from 1 to 999999');
  return Number(text);
}

/** Declares `undo`. */
export function addUndo(program: Command, terminal: Terminal, finish: Finish): void {
  program
    .command('undo')
    .argument('[id...]', 'steps, as `pve-doctor history` numbers them: 17, 17-20, 17,19')
    .description('undo what clean did: activate volumes again, or recreate entries from their recorded tables')
    .option('--last', 'all that the last run of clean did and that still stands')
    .option('--run <id>', 'all that this run did and that still stands; clean names its run at the end')
    .option('--dry-run', 'print the commands, the change of the tables and every condition; change nothing')
    .addHelpText(
      'after',
      `
Examples:
  pve-doctor undo 17                one step
  pve-doctor undo 17-20 23          several; the newest goes first
  pve-doctor undo --last            the whole last run of clean
  pve-doctor undo --last --dry-run

Exit status: 0 all of it is taken back; 1 something is refused or its command
still runs; 2 a step failed, or its result was not as expected; 64 wrong usage;
70 a fault of pve-doctor; 73 the journal cannot be read or written; 74 the
output cannot be written, or (--dry-run) the journal cannot be read; 77 not
root; 129, 130, 143 ended by a signal.`,
    )
    .action(async (ids: readonly string[], options) => {
      const { runUndo } = await import('./undo.ts');
      finish(await runUndo(ids, options, terminal));
    });
}
