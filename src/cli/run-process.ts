import { endOnSignals } from '../host/interrupts.ts';
import { outputIsTerminal, terminalColumns, writeStandard } from '../host/standard-streams.ts';
import { ReaderGone, UsageError } from '../model/faults.ts';
import { printable } from '../render/printable.ts';
import { runProgram } from './program.ts';

/** Runs the program as a process: signals, standard streams, and what a fault looks like. Answers the exit status. */
export async function runProcess(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  isRoot: boolean,
): Promise<number> {
  endOnSignals();
  try {
    return await runProgram(argv, {
      env,
      stdout: {
        write: printOutput,
        isTty: outputIsTerminal(),
        // Asked each time: a terminal may be made wider while a question waits.
        get columns() {
          return terminalColumns();
        },
      },
      stderr: { write: printNote },
      isRoot,
    });
  } catch (error) {
    if (error instanceof ReaderGone) return error.exitCode;
    const fault = explainFault(error);
    await printNote(fault.text);
    return fault.exitCode;
  }
}

async function printOutput(text: string): Promise<void> {
  const became = await writeStandard(1, text).catch((error: Error) => error);
  if (became === 'closed') throw new ReaderGone();
  if (became instanceof Error) throw new UsageError(`cannot write to the standard output: ${became.message}`, 73);
}

/** A remark that cannot be written (nobody reads it, its disk is full) must not be what keeps an alert from leaving. */
async function printNote(text: string): Promise<void> {
  await writeStandard(2, text).catch(() => undefined);
}

function explainFault(error: unknown): { readonly text: string; readonly exitCode: number } {
  if (error instanceof UsageError)
    return { text: `pve-doctor: ${printableLines(error.message)}\n`, exitCode: error.exitCode };
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return {
    text: `pve-doctor: a fault of pve-doctor itself; nothing was changed on this node. Please report it with this text:\n${printableLines(trace)}\n`,
    exitCode: 70,
  };
}

/** A message may quote a file's name or its content. */
const printableLines = (text: string): string => text.split('\n').map(printable).join('\n');
