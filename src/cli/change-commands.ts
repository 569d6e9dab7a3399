import { type Command, InvalidArgumentError, Option } from 'commander';
import { colourOption, configOption, count, type Run, setOption, vmidOption } from './options.ts';

/** Commands that change something, on the node or in what is said of it, and the list of changes. */

export function addClean(program: Command, run: Run): void {
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
    .option('--max <count>', 'take at most this many steps', count('steps'))
    .option('--yes', 'do not ask; needs --only, --vmid or names')
    .option('--plan <id>', 'run exactly the plan that --dry-run showed, without asking, or nothing', planIdText)
    .addOption(
      new Option('--format <form>', 'form of the plan and of what was done').choices(['text', 'json']).default('text'),
    )
    .option('-v, --verbose', 'every condition of each step, with its evidence')
    .addOption(colourOption())
    .addHelpText('after', CLEAN_HELP)
    .action(run(async () => (await import('./clean.ts')).runClean));
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

function planIdText(text: string): string {
  if (!/^[0-9a-f]{12}$/.test(text))
    throw new InvalidArgumentError('must be the id that `pve-doctor clean --dry-run` printed, 12 digits from 0 to f');
  return text;
}

export function addHistory(program: Command, run: Run): void {
  program
    .command('history')
    .description(
      'what pve-doctor changed on this node, when, by whom, and how to undo it; with --runs, the recorded checks',
    )
    .option('--json', 'the same as --format json')
    .option('--runs', 'the runs that `check --record` kept, instead of what was changed')
    .option('--limit <count>', 'with --runs: at most this many, the newest (30)', count('runs'))
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
    .action(run(async () => (await import('./history.ts')).runHistory));
}

export function addUndo(program: Command, run: Run): void {
  program
    .command('undo')
    .argument('[id...]', 'steps, as `pve-doctor history` numbers them: 17, 17-20, 17,19')
    .description('undo what clean did: activate volumes again, or recreate entries from their recorded tables')
    .option('--last', 'all that the last run of clean did and that still stands')
    .option('--run <id>', 'all that this run did and that still stands; clean names its run at the end')
    .option('--yes', 'do not ask')
    .option('--dry-run', 'print the commands, the change of the tables and every condition; change nothing')
    .addHelpText(
      'after',
      `
Examples:
  pve-doctor undo 17                one step
  pve-doctor undo 17-20 23          several; the newest goes first
  pve-doctor undo --last            the whole last run of clean
  pve-doctor undo --last --dry-run
  pve-doctor undo --last --yes      for automation

Each step is asked about; Enter means no.

Exit status: 0 all of it is taken back; 1 something is refused, answered no, or
an earlier command still runs; 2 a step failed, its command still runs, or
nobody knows what came of it; 64 wrong usage, or nobody could be asked;
70 a fault of pve-doctor; 73 the journal cannot be read or written; 74 the
output cannot be written, or (--dry-run) the journal cannot be read; 77 not
root; 129, 130, 143 ended by a signal.`,
    )
    .action(run(async () => (await import('./undo.ts')).runUndo));
}

/** A span of days or weeks, or a day. */
const WHEN = /^(?:[1-9]\d{0,3}[dw]|\d{4}-\d\d-\d\d)$/;

function when(text: string): string {
  if (!WHEN.test(text)) throw new InvalidArgumentError('It takes days (30d), weeks (4w) or a day (2026-12-31).');
  return text;
}

export function addAcknowledge(program: Command, run: Run): void {
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
    .action(run(async () => (await import('./acknowledge.ts')).runAcknowledge));
}
