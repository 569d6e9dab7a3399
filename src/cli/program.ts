import { Command, CommanderError } from 'commander';
import { UsageError } from '../model/faults.ts';
import { VERSION } from '../model/version.ts';
import { addAcknowledge, addClean, addHistory, addUndo } from './change-commands.ts';
import { addCluster, addPublish } from './cluster-commands.ts';
import { ON_NODE, splitNode } from './node-option.ts';
import type { Load } from './options.ts';
import {
  addBefore,
  addCapture,
  addCheck,
  addExplain,
  addLeftovers,
  addMounts,
  addReport,
  addStack,
  EXIT_STATUS,
} from './read-commands.ts';
import { addConfig, addEnrol, addNotify } from './setup-commands.ts';
import type { Terminal } from './terminal.ts';
import { unknownCommand, usageMessage } from './usage-message.ts';

/** Parses the command line and runs one command. Each command's module is loaded only when it is called. */
export async function runProgram(given: readonly string[], terminal: Terminal): Promise<number> {
  const elsewhere = splitNode(given);
  const argv = elsewhere?.rest ?? given;
  if (elsewhere !== null) {
    const exitCode = await (await import('./on-node.ts')).runOn(elsewhere.node, argv, terminal);
    if (exitCode !== null) return exitCode;
  }
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

const FIRST_STEPS = `
Examples:
  pve-doctor check             what is wrong with this node; changes nothing
  pve-doctor before destroy 119   what it takes, and what stops it
  pve-doctor cluster           all nodes of the cluster on one screen
  pve-doctor explain DM013     what a code means, how to confirm and mend it
  pve-doctor clean --dry-run   what clean would run, and what it refuses and why
  pve-doctor undo 3            takes step 3 of \`pve-doctor history\` back

Pages that help and messages name (docs/json.md) are in /usr/share/doc/pve-doctor.`;

/** Every command with its options and help; nothing of them runs until it is called. */
export function makeProgram(terminal: Terminal, finish: (exitCode: number) => void): Command {
  // commander gives arguments, options and, last, the command itself.
  const run =
    (load: Load) =>
    async (...given: readonly unknown[]) =>
      finish(await (await load())(...([...given.slice(0, -1), terminal] as never[])));
  const program = new Command('pve-doctor')
    .description('A storage doctor for Proxmox VE nodes. Checking never changes the node.')
    .version(VERSION, '-V, --version')
    .exitOverride()
    .configureOutput({ writeOut: () => undefined, writeErr: () => undefined })
    .showSuggestionAfterError()
    .addHelpText('after', `${FIRST_STEPS}\n${EXIT_STATUS}`);
  addCheck(program, run);
  addReport(program, run);
  addMounts(program, run);
  addStack(program, run);
  addLeftovers(program, run);
  addBefore(program, run);
  addCluster(program, run);
  addCapture(program, run);
  addExplain(program, run);
  addClean(program, run);
  addHistory(program, run);
  addUndo(program, run);
  addAcknowledge(program, run);
  addNotify(program, run);
  addPublish(program, run);
  addEnrol(program, run);
  addConfig(program, run);
  for (const command of program.commands)
    if (ON_NODE.has(command.name()))
      command.option(
        '--node <name>',
        'run it on that node of the cluster, over ssh; with --from, look at its own capture inside that file',
      );
  return program;
}
