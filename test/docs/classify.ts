import { hubComplaint } from './hub-commands.ts';
import { KNOWN_PROGRAMS, type KnownCommand } from './known-programs.ts';
import { allPipelines, type SimpleCommand } from './shell-words.ts';

/** What a documented command is, or what is wrong with it. */
export type Classified =
  | { readonly kind: 'ours'; readonly args: readonly string[] }
  | { readonly kind: 'npm'; readonly script: string; readonly args: readonly string[] }
  | { readonly kind: 'known'; readonly program: string; readonly effect: KnownCommand['effect'] }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'problem'; readonly problem: string };

const baseName = (path: string): string => path.split('/').at(-1) ?? '';

const problem = (text: string): Classified => ({ kind: 'problem', problem: text });

/** Everything that a script starts, what it passes to other shells included. */
export function classifyScript(text: string): readonly Classified[] {
  return allPipelines(text)
    .flatMap(({ commands }) => commands)
    .flatMap((command) => classify(command));
}

/** Programs that start the rest of their own words. */
const STARTERS: ReadonlyMap<string, number> = new Map([
  ['sudo', 0],
  ['time', 0],
  ['nohup', 0],
  ['timeout', 1],
  // -u USER --
  ['runuser', 3],
  ['do', 0],
  ['then', 0],
]);

export function classify({ words }: SimpleCommand): readonly Classified[] {
  const [first = '', ...rest] = words;
  const program = baseName(first);
  if (first === '' || ['done', 'fi', 'for'].includes(first)) return [{ kind: 'nothing' }];
  const skipped = STARTERS.get(program);
  if (skipped !== undefined)
    return classify({ assignments: [], words: rest.slice(skipped + optionsOf(program, rest)) });
  if (program === 'pve-doctor') return [{ kind: 'ours', args: rest }];
  if (program === 'pve-doctor-hub') return [ofHub(rest)];
  if (program === 'npm') return [npm(rest)];
  const script = scriptOf(program, rest);
  if (script === null) return [knownCommand(program, rest)];
  const inside = classifyScript(script);
  return [knownCommand(program, rest), ...(program === 'unshare' ? inside.map(inOwnNamespace) : inside)];
}

/** `timeout -s KILL 5 …` */
const optionsOf = (program: string, [first = '']: readonly string[]): number =>
  program === 'timeout' && /^-[sk]$/.test(first) ? 2 : 0;

/** The hub's own command line, which is parsed and not run. */
function ofHub(words: readonly string[]): Classified {
  const complaint = hubComplaint(words);
  return complaint === null ? { kind: 'known', program: 'pve-doctor-hub', effect: 'waits' } : problem(complaint);
}

/** What is mounted in a mount namespace of its own is gone with the command. */
const inOwnNamespace = (found: Classified): Classified =>
  found.kind === 'known' && found.program === 'mount' ? { ...found, effect: 'reads' } : found;

/** `sh -c SCRIPT`, also behind unshare. */
function scriptOf(program: string, words: readonly string[]): string | null {
  if (!['sh', 'bash', 'unshare'].includes(program)) return null;
  const at = words.indexOf('-c');
  return at === -1 ? null : (words[at + 1] ?? null);
}

function npm(words: readonly string[]): Classified {
  const [verb = '', ...rest] = words;
  const script = verb === 'run' ? (rest[0] ?? '') : verb;
  const dashes = rest.indexOf('--');
  return { kind: 'npm', script, args: dashes === -1 ? [] : rest.slice(dashes + 1) };
}

function knownCommand(program: string, words: readonly string[]): Classified {
  // What it is given to run is looked at by itself.
  if (program === 'sh') return { kind: 'known', program, effect: 'reads' };
  const known = KNOWN_PROGRAMS.get(program);
  if (known === undefined) return problem(`${program} is not in test/docs/known-programs.ts`);
  const { subcommands } = known;
  const [subcommand = '', ...rest] = words;
  const command = subcommands === undefined ? known : subcommands[subcommand];
  if (command === undefined)
    return problem(`${program} ${subcommand}: no such subcommand in test/docs/known-programs.ts`);
  const where = subcommands === undefined ? program : `${program} ${subcommand}`;
  const options =
    program === 'unshare' ? words.slice(0, words.indexOf('sh')) : subcommands === undefined ? words : rest;
  const unknown = unknownOptions(options, command.options ?? []);
  return unknown.length === 0
    ? { kind: 'known', program, effect: command.effect }
    : problem(`${where}: ${unknown.join(', ')} not among its options in test/docs/known-programs.ts`);
}

/** Options of a command line that a list in getopt's form does not have. */
export function unknownOptions(words: readonly string[], options: readonly string[]): readonly string[] {
  const plain = new Set(options.map((option) => option.replace(/:$/, '')));
  const takesValue = (option: string): boolean => options.includes(`${option}:`);
  const unknown: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (word === '--') break;
    if (!/^-./.test(word)) continue;
    const name = word.startsWith('--') ? (word.split('=')[0] ?? '') : word;
    if (plain.has(name)) {
      if (takesValue(name) && !word.includes('=')) at += 1;
    } else if (name.startsWith('--')) unknown.push(name);
    else {
      const [missing, valueIsNext] = shortOptions(name, plain, takesValue);
      unknown.push(...missing);
      if (valueIsNext) at += 1;
    }
  }
  return unknown;
}

/** `-rn`, `-A6`, `-aln`: letters, up to one that takes the rest as its value. */
function shortOptions(
  word: string,
  plain: ReadonlySet<string>,
  takesValue: (option: string) => boolean,
): readonly [readonly string[], boolean] {
  const letters = [...word.slice(1)].map((letter) => `-${letter}`);
  const last = letters.findIndex(takesValue);
  const looked = last === -1 ? letters : letters.slice(0, last + 1);
  return [looked.filter((letter) => !plain.has(letter)), last === letters.length - 1 && last !== -1];
}
