import { type Command, CommanderError } from 'commander';
import { UsageError } from '../../model/faults.ts';
import { printable } from '../../render/printable.ts';
import { ListenRefused } from '../server/listen.ts';
import { StoreAway } from '../store/hub-store.ts';
import { StoreRefused } from '../store/store-failure.ts';
import { type HubTerminal, liveTerminal } from './hub-terminal.ts';
import { makeHubProgram } from './program.ts';

/** Parses the command line and runs one command. Answers the exit status. */
export async function runHub(argv: readonly string[], terminal: HubTerminal = liveTerminal()): Promise<number> {
  let exitCode = 0;
  const program = makeHubProgram(terminal, (code) => {
    exitCode = code;
  });
  const printed: string[] = [];
  const print = (text: string): void => {
    printed.push(text);
  };
  for (const command of withSubcommands(program))
    command.configureOutput({ writeOut: print, writeErr: print }).exitOverride();
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) {
      await (error.exitCode === 0 ? terminal.print : terminal.note)(printed.join(''));
      return error.exitCode === 0 ? 0 : 64;
    }
    const { text, status } = explained(error);
    if (text !== '') await terminal.note(`pve-doctor-hub: ${text.split('\n').map(printable).join('\n')}\n`);
    return status;
  }
}

const withSubcommands = (command: Command): readonly Command[] => [
  command,
  ...command.commands.flatMap(withSubcommands),
];

function explained(error: unknown): { readonly text: string; readonly status: number } {
  if (error instanceof UsageError) return { text: error.exitCode === 0 ? '' : error.message, status: error.exitCode };
  // EX_TEMPFAIL of sysexits.h: the same again may do.
  if (error instanceof StoreAway) return { text: `the database cannot be reached: ${error.message}`, status: 75 };
  if (error instanceof StoreRefused || error instanceof ListenRefused) return { text: error.message, status: 78 };
  if (isDenied(error)) return { text: `${error.message}; run it as the user of the hub`, status: 77 };
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { text: `a fault of the hub itself; please report it with this text:\n${trace}`, status: 70 };
}

const isDenied = (error: unknown): error is Error =>
  error instanceof Error && 'code' in error && (error.code === 'EACCES' || error.code === 'EPERM');
