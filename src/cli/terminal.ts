import { UsageError } from '../model/faults.ts';
import { type Page, pageOf, type TextOptions } from '../render/page.ts';
import { printable } from '../render/printable.ts';

/** What a command may know of the process around it. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: {
    readonly write: (text: string) => Promise<void>;
    readonly isTty: boolean;
    readonly columns: number | undefined;
  };
  readonly stderr: { readonly write: (text: string) => Promise<void> };
  readonly isRoot: boolean;
}

export type ColourChoice = 'auto' | 'always' | 'never';

/** Colour only on a terminal; NO_COLOR (no-color.org) and `--color` decide before that. */
export function wantsColour(terminal: Terminal, choice: ColourChoice, toFile: boolean): boolean {
  if (choice !== 'auto') return choice === 'always';
  const refused = (terminal.env['NO_COLOR'] ?? '') !== '' || terminal.env['TERM'] === 'dumb';
  return terminal.stdout.isTty && !refused && !toFile;
}

/** Width to wrap at: the terminal's, at most 120; 100 where there is none. */
export const textWidth = (terminal: Terminal): number => Math.max(40, Math.min(terminal.stdout.columns ?? 100, 120));

/** EX_NOPERM of sysexits.h. `because` says what only root may do. */
export function demandRoot({ isRoot }: Terminal, because: string, otherwise = ''): void {
  if (!isRoot) throw new UsageError(`${because}; run it as root${otherwise}`, 77);
}

interface Looked {
  readonly color?: ColourChoice;
  readonly output?: string;
  readonly verbose?: boolean;
  readonly quiet?: boolean;
  readonly runningFirst?: boolean;
}

/** How a report looks here. */
export const lookOf = (
  terminal: Terminal,
  { color = 'auto', output, verbose = false, quiet = false, runningFirst = false }: Looked,
): TextOptions => ({
  width: textWidth(terminal),
  colour: wantsColour(terminal, color, output !== undefined),
  ...{ verbose, quiet, runningFirst },
});

/** How lines for people look here. */
export const pageFor = (terminal: Terminal, verbose: boolean, color: ColourChoice = 'auto'): Page =>
  pageOf(lookOf(terminal, { verbose, color }));

/** A sentence on standard error, where it disturbs no form of a report. */
export const warn = (terminal: Terminal, sentence: string): Promise<void> =>
  terminal.stderr.write(`pve-doctor: ${printable(sentence)}\n`);
