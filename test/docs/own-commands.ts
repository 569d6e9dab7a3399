import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Command, CommanderError } from 'commander';
import { makeProgram, runProgram } from '../../src/cli/program.ts';
import type { Terminal } from '../../src/cli/terminal.ts';
import { ROOT } from '../repo/repository.ts';

/** The capture that stands for every node in the documents. */
export const CAPTURE = join(ROOT, 'test', 'captures', 'example-node', 'capture.json');

/** The same for a disk, which that node does not have. */
const CAPTURE_OF_DISKS = join(ROOT, 'test', 'captures', 'paths-of-a-map-one-path-lost', 'capture.json');

const captureFor = ([command, word]: readonly string[]): string =>
  command === 'stack' && /^(?:sd[a-z]|mpath[a-z])$/.test(word ?? '') ? CAPTURE_OF_DISKS : CAPTURE;

/** Words that stand for something of the reader's, and something of that kind. */
const STAND_INS: readonly (readonly [RegExp, string])[] = [
  [/^(?:ID|STEP|N)$/, '3'],
  [/^CODE$/, 'DM013'],
  [/^VMID$/, '119'],
];

const standIn = (word: string): string => STAND_INS.find(([pattern]) => pattern.test(word))?.[1] ?? word;

/** `[CHANNEL]` is optional: left out. */
export const concrete = (args: readonly string[]): readonly string[] =>
  args.filter((word) => !/^\[.*\]$/.test(word)).map(standIn);

export interface Spoken {
  readonly terminal: Terminal;
  readonly out: () => string;
  readonly err: () => string;
}

/** A terminal that is nobody's: not root, so that nothing of this machine is read. */
export function silentTerminal(): Spoken {
  const [out, err]: [string[], string[]] = [[], []];
  const terminal: Terminal = {
    env: { NO_COLOR: '1' },
    stdout: { isTty: false, columns: 100, write: async (text: string) => void out.push(text) },
    stderr: { write: async (text: string) => void err.push(text) },
    isRoot: false,
  };
  return { terminal, out: () => out.join(''), err: () => err.join('') };
}

const withChildren = (command: Command): readonly Command[] => [command, ...command.commands.flatMap(withChildren)];

const tamedProgram = (called: (command: Command) => void): Command => {
  const program = makeProgram(silentTerminal().terminal, () => undefined);
  for (const command of withChildren(program)) {
    command.exitOverride().configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
    if (command.commands.length === 0) command.action(() => called(command));
  }
  return program;
};

export const commandNames = (): readonly string[] =>
  tamedProgram(() => undefined).commands.map((command) => command.name());

/** The command that a line calls, without running it; or what the program would say of it. */
export async function parseOwn(args: readonly string[]): Promise<Command | string> {
  let called: Command | null = null;
  const program = tamedProgram((command) => {
    called = command;
  });
  const [word = ''] = args;
  if (/^[a-z]/i.test(word) && word !== 'help' && !program.commands.some((command) => command.name() === word))
    return `no command ${word}`;
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) return error.message;
  }
  return called ?? program;
}

/** What a run of each command may end with; a command that is not here is only parsed. */
const ENDS: Readonly<Record<string, readonly number[]>> = {
  check: [0, 1, 2, 3],
  report: [0],
  mounts: [0],
  stack: [0],
  leftovers: [0, 3],
  before: [0, 1, 2, 3],
  capture: [0],
  explain: [0],
  clean: [0, 1],
};

/** Options with which a command does more than read a capture of one node. */
const NOT_OFFLINE = ['fresh', 'node', 'send', 'record', 'yes', 'config', 'set', 'help', 'cluster', 'script'];

export interface Ran {
  readonly status: number;
  readonly allowed: readonly number[];
  readonly output: string;
  readonly stderr: string;
}

/** Runs a line on the capture, its output files in a directory of ours. null: it cannot run on a capture. */
export async function runOwn(args: readonly string[], directory: string): Promise<Ran | null> {
  const command = await parseOwn(args);
  if (typeof command === 'string') return null;
  const allowed = ENDS[command.name()];
  const options: Readonly<Record<string, unknown>> = command.opts();
  const live = NOT_OFFLINE.some((name) => options[name] !== undefined && options[name] !== false);
  if (allowed === undefined || live || (command.name() === 'clean' && options['dryRun'] !== true)) return null;
  const { words, output } = sandboxed(args, command, directory);
  const { terminal, out, err } = silentTerminal();
  const status = await runProgram(words, terminal);
  const written = output !== null && existsSync(output) ? readFileSync(output, 'latin1') : '';
  return { status, allowed, output: out() + written, stderr: err() };
}

function sandboxed(args: readonly string[], command: Command, directory: string) {
  let output: string | null = null;
  const words = args.map((word, index) => {
    const before = args[index - 1] ?? '';
    if (before === '--from') return word.startsWith('test/captures/') ? join(ROOT, word) : CAPTURE;
    if (before !== '-o' && before !== '--output') return word;
    if (word === '-') return word;
    output = join(directory, basename(word));
    return output;
  });
  const takesFrom = command.options.some(({ long }) => long === '--from') && !args.includes('--from');
  return { words: takesFrom ? [...words, '--from', captureFor(words)] : words, output: output as string | null };
}
