import type { ConfigHost } from '../../config/secrets.ts';
import { readSmallFile } from '../../host/small-file.ts';
import { writeStandard } from '../../host/standard-streams.ts';
import { UsageError } from '../../model/faults.ts';
import { printable } from '../../render/printable.ts';

/** What a command has of the world: where it writes, what it was started with, what it reads. */
export interface HubTerminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly pid: number;
  readonly host: ConfigHost;
  /** The first line of standard input, without its end. */
  readonly readLine: () => Promise<string>;
  /** Whole lines; names in them are printable already. */
  readonly print: (text: string) => Promise<void>;
  readonly note: (text: string) => Promise<void>;
  /** Resolves when somebody asks the program to end. */
  readonly stopped: () => Promise<void>;
}

const LONGEST_LINE = 10_000;

export const liveTerminal = (): HubTerminal => ({
  env: process.env,
  pid: process.pid,
  host: { readSmallFile, ownUid: () => process.getuid?.() ?? 0 },
  readLine,
  print: async (text) => {
    if ((await writeStandard(1, text)) === 'closed') throw new UsageError('nobody reads standard output any more', 0);
  },
  note: async (text) => {
    await writeStandard(2, text).catch(() => undefined);
  },
  stopped: () =>
    new Promise((resolve) => {
      for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => resolve());
    }),
});

async function readLine(): Promise<string> {
  let text = '';
  process.stdin.setEncoding('utf8');
  for await (const chunk of process.stdin) {
    text += chunk;
    if (text.includes('\n') || text.length > LONGEST_LINE) break;
  }
  return text.split('\n')[0]?.replace(/\r$/, '') ?? '';
}

/** Columns as wide as what stands in them. Every cell is data. */
export function columns(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [heads, ...rows.map((row) => row.map(printable))];
  const widths = heads.map((_, at) => Math.max(...all.map((row) => row[at]?.length ?? 0)));
  return all
    .map(
      (row) =>
        `${row
          .map((text, at) => text.padEnd(widths[at] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}
