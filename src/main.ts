import { UsageError } from './model/faults.ts';
import { VERSION } from './model/version.ts';

/** Argument vector in, exit status out; the only place that sets it. */
async function main(argv: readonly string[]): Promise<number> {
  if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
    await write(process.stdout, `${VERSION}\n`);
    return 0;
  }
  const { runProgram } = await import('./cli/program.ts');
  return await runProgram(argv, {
    env: process.env,
    stdout: {
      write: (text) => write(process.stdout, text),
      isTty: process.stdout.isTTY,
      columns: process.stdout.columns,
    },
    stderr: { write: (text) => write(process.stderr, text) },
    isRoot: process.getuid?.() === 0,
  });
}

/** Waits until the text is out: exiting after an unfinished write would cut a report on a pipe at 64 KiB. */
function write(stream: NodeJS.WriteStream, text: string): Promise<void> {
  return new Promise((resolve) => {
    stream.write(text, () => resolve());
  });
}

/** A reader that went away (`| head`) is no fault. */
function ignoreClosedPipe(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? 0 : 70);
  });
}

function explainFault(error: unknown): { readonly text: string; readonly exitCode: number } {
  if (error instanceof UsageError) return { text: `pve-doctor: ${error.message}\n`, exitCode: error.exitCode };
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return {
    text: `pve-doctor: a fault of pve-doctor itself; nothing was changed on this node. Please report it with this text:\n${trace}\n`,
    exitCode: 70,
  };
}

ignoreClosedPipe(process.stdout);
ignoreClosedPipe(process.stderr);
process.on('SIGINT', () => process.exit(130));
process.on('SIGTERM', () => process.exit(143));
let exitCode: number;
try {
  exitCode = await main(process.argv.slice(2));
} catch (error) {
  const fault = explainFault(error);
  exitCode = fault.exitCode;
  await write(process.stderr, fault.text);
}
// Not left to the event loop: a read of a dead file system may never return, and must not keep us here.
process.exit(exitCode);
