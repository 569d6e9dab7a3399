import { Command, CommanderError } from 'commander';
import { UsageError } from '../model/faults.ts';
import { VERSION } from '../model/version.ts';
import { addAcknowledge } from './acknowledge-options.ts';
import { addCheck, EXIT_STATUS } from './check-options.ts';
import { addClean, addHistory, addUndo } from './clean-options.ts';
import { addConfig } from './config-options.ts';
import { addMounts } from './mount-options.ts';
import { addNotify } from './notify-options.ts';
import { addReport } from './report-options.ts';
import { fromOption } from './source-option.ts';
import type { Terminal } from './terminal.ts';
import { unknownCommand, usageMessage } from './usage-message.ts';

/** Parses the command line and runs one command. Each command's module is loaded only when it is called. */
export async function runProgram(argv: readonly string[], terminal: Terminal): Promise<number> {
  let exitCode = 0;
  const program = makeProgram(terminal, (code) => {
    exitCode = code;
  });
  const [word = ''] = argv;
  const names = program.commands.map((command) => command.name());
  if (/^[a-z]/i.test(word) && !names.includes(word) && word !== 'help')
    throw new UsageError(unknownCommand(word, names));
  const printed: string[] = [];
  const print = (text: string) => {
    printed.push(text);
  };
  const output = { writeOut: print, writeErr: print };
  for (const command of withSubcommands(program)) command.configureOutput(output).exitOverride();
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code.startsWith('commander.help') || error.exitCode === 0) {
      const asked = error.exitCode === 0;
      await (asked ? terminal.stdout : terminal.stderr).write(printed.join(''));
      return asked ? 0 : 64;
    }
    throw new UsageError(usageMessage(error, program, argv));
  }
  return exitCode;
}

const withSubcommands = (command: Command): readonly Command[] => [
  command,
  ...command.commands.flatMap(withSubcommands),
];

type Finish = (exitCode: number) => void;

const FIRST_STEPS = `
Examples:
  pve-doctor check             what is wrong with this node; changes nothing
  pve-doctor explain DM013     what a code means, how to confirm and mend it
  pve-doctor clean --dry-run   what clean would run, and what it refuses and why
  pve-doctor undo 3            takes step 3 of \`pve-doctor history\` back

Pages that help and messages name (docs/json.md) are in /usr/share/doc/pve-doctor.`;

/** Every command with its options and help; nothing of them runs until it is called. */
export function makeProgram(terminal: Terminal, finish: Finish): Command {
  const program = new Command('pve-doctor')
    .description('A storage doctor for Proxmox VE nodes. Checking never changes the node.')
    .version(VERSION, '-V, --version')
    .exitOverride()
    .configureOutput({ writeOut: () => undefined, writeErr: () => undefined })
    .showSuggestionAfterError()
    .addHelpText('after', `${FIRST_STEPS}\n${EXIT_STATUS}`);
  addCheck(program, terminal, finish);
  addReport(program, terminal, finish);
  addMounts(program, terminal, finish);
  addCapture(program, terminal, finish);
  addExplain(program, terminal, finish);
  addClean(program, terminal, finish);
  addHistory(program, terminal, finish);
  addUndo(program, terminal, finish);
  addAcknowledge(program, terminal, finish);
  addNotify(program, terminal, finish);
  addConfig(program, terminal, finish);
  return program;
}

function addCapture(program: Command, terminal: Terminal, finish: Finish): void {
  program
    .command('capture')
    .description('write everything that the checks read to one file, without secrets')
    .requiredOption(
      '-o, --output <file>',
      'the file to write (required): plain JSON if it ends in .json, otherwise gzip',
    )
    .option('--redact', 'replace names, addresses and ids consistently')
    .option('--note <text>', 'a line that says how the situation came about', '')
    .addOption(fromOption())
    .addHelpText(
      'after',
      `
Examples:
  pve-doctor capture -o node1.capture
  pve-doctor capture --redact -o for-the-forum.capture
  pve-doctor capture --from node1.capture --redact -o redacted.json`,
    )
    .action(async (options) => {
      const { runCapture } = await import('./capture.ts');
      finish(await runCapture(options, terminal));
    });
}

function addExplain(program: Command, terminal: Terminal, finish: Finish): void {
  program
    .command('explain')
    .argument('[code]', 'a check code, for example DM001; without it, the list of codes')
    .description('what a check finds, why it matters, how to confirm and fix it')
    .addHelpText('after', '\nExample:\n  pve-doctor explain DM013')
    .action(async (code: string | undefined) => {
      const { runExplain } = await import('./explain.ts');
      finish(await runExplain(code, terminal));
    });
}
