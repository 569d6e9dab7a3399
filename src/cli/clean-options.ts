import { type Command, InvalidArgumentError, Option } from 'commander';
import { configOption, setOption } from './settings-options.ts';
import type { Terminal } from './terminal.ts';
import { vmidOption } from './vmid-option.ts';

type Finish = (exitCode: number) => void;

/** Declares `clean`. */
export function addClean(program: Command, terminal: Terminal, finish: Finish): void {
  program
    .command('clean')
    .description('remove duplicates and orphans, one entry at a time; never a volume')
    .option('--from <file>', 'plan for a capture; needs --dry-run; works offline, without root')
    .option('--dry-run', 'print exactly what clean would run, and change nothing')
    .addOption(
      new Option('--only <phase>', 'only duplicates, or only orphans and ghosts').choices(['duplicates', 'orphans']),
    )
    .addOption(vmidOption())
    .option('--yes', 'do not ask; needs --only or --vmid')
    .option('-v, --verbose', 'every fact that has to hold (gate), with its evidence')
    .addOption(new Option('--color <when>', 'colour').choices(['auto', 'always', 'never']).default('auto'))
    .addHelpText(
      'after',
      `
Examples:
  pve-doctor clean --dry-run                   what would be done, and what is left alone and why
  pve-doctor clean                             asks about each entry; Enter means no
  pve-doctor clean --yes --only duplicates     for automation
  pve-doctor clean --from node1.capture --dry-run

Every fact that a step depends on is read again right before it, and what could
not be read refuses it. Each step is kept in \`pve-doctor history\` and taken back
by \`pve-doctor undo\`.

Exit status: 0 nothing is left to do (with --dry-run: nothing would be refused);
1 something was skipped or refused; 2 a step failed or met a surprise; 64 wrong
usage; 70 a fault of pve-doctor; 73 the journal cannot be written; 77 not root;
130 ended by q or Ctrl-C.`,
    )
    .action(async (options) => {
      const { runClean } = await import('./clean.ts');
      finish(await runClean(options, terminal));
    });
}

/** Declares `history`. */
export function addHistory(program: Command, terminal: Terminal, finish: Finish): void {
  program
    .command('history')
    .description('what pve-doctor changed on this node: when, by whom, and how to take it back; or the runs it kept')
    .option('--json', 'the same as --format json')
    .option('--runs', 'the runs that `check --record` kept, instead of what was changed')
    .option('--limit <count>', 'with --runs: so many of the newest (30)', runCount)
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
    .argument('<id>', 'the step, as `pve-doctor history` numbers it', stepId)
    .description('take back one step: activate the volume again, or create the entry from its recorded table')
    .option('--dry-run', 'print the command and every fact that has to hold, and change nothing')
    .addHelpText('after', '\nExample:\n  pve-doctor undo 17')
    .action(async (id: number, options) => {
      const { runUndo } = await import('./undo.ts');
      finish(await runUndo(id, options, terminal));
    });
}

function stepId(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw new InvalidArgumentError('must be the number of a step in `pve-doctor history`');
  return Number(text);
}
