import type { Command, CommanderError } from 'commander';
import { didYouMean } from '../model/nearest-name.ts';

/** A command, option or argument as typed; for one that is not known, with the nearest of those that are. */
export function unknownCommand(word: string, names: readonly string[]): string {
  return `unknown command ${word}; ${didYouMean(word, names) ?? `the commands are ${names.join(', ')}`}`;
}

/**
 * What commander (14, lib/command.js and lib/argument.js) says of a wrong command line, in one sentence that begins with what
 * was typed. Where its words are others than these, its own sentence stays.
 */
export function usageMessage({ code, message }: CommanderError, program: Command, argv: readonly string[]): string {
  const said = message.replace(/^error: /, '');
  const call = called(program, argv);
  const name = call.names.join(' ');
  const help = `\`pve-doctor ${name} --help\``;
  const quoted = [...said.matchAll(/'([^']*)'/g)].map(([, text = '']) => text);
  switch (code) {
    case 'commander.invalidArgument':
      return wrongValue(said) ?? said;
    case 'commander.unknownOption':
    case 'commander.unknownCommand':
      return said.includes('(Did you mean')
        ? said.replace(/'\n\(Did you mean (.*)\?\)$/s, '; did you mean $1?').replace("'", '')
        : `${said.replaceAll("'", '')}; ${help} has them all`;
    case 'commander.optionMissingArgument':
      return `${quoted[0]}: the value is missing`;
    case 'commander.missingArgument':
      return `${name}: <${quoted[0]}> is missing; ${help} says what it is`;
    case 'commander.missingMandatoryOptionValue':
      return `${name}: ${quoted[0]} is needed`;
    case 'commander.excessArguments':
      return tooMany(call, name);
    default:
      return said;
  }
}

interface Call {
  readonly command: Command;
  /** The words that call it, and those after them. */
  readonly names: readonly string[];
  readonly rest: readonly string[];
}

/** The command that the line calls; where it names none, the default one. */
function called(program: Command, argv: readonly string[]): Call {
  const find = (command: Command, word: string | undefined) => command.commands.find((one) => one.name() === word);
  const words = find(program, argv[0]) === undefined ? ['check', ...argv] : argv;
  let command = program;
  let at = 0;
  for (let next = find(program, words[0]); next !== undefined; next = find(command, words[at])) {
    command = next;
    at += 1;
  }
  return { command, names: words.slice(0, at), rest: words.slice(at) };
}

/** `option '--vmid <id>' argument 'x' is invalid. …` and `command-argument value 'x' is invalid for argument 'id'. …`. */
function wrongValue(said: string): string | null {
  const option = /^option '(?:-\w, )?(--[\w-]+)[^']*' argument '(.*)' is invalid\. (.*)$/s.exec(said);
  const argument = /^command-argument value '(.*)' is invalid for argument '([^']*)'\. (.*)$/s.exec(said);
  const [what, wanted] = option
    ? [`${option[1]} ${option[2]}`, option[3] ?? '']
    : [`<${argument?.[2]}> ${argument?.[1]}`, argument?.[3] ?? ''];
  if (option === null && argument === null) return null;
  return `${what}: ${wanted.replace(/^Allowed choices are (.*)\.$/s, 'must be one of $1')}`;
}

/** A number where none belongs is a guest's, for a command that can be narrowed to one. */
function tooMany({ command, rest }: Call, name: string): string {
  const most = command.registeredArguments.length;
  const count = most === 0 ? 'no argument' : most === 1 ? 'one argument' : `${most} arguments`;
  const [first = ''] = rest;
  const isGuest = /^\d{3,9}$/.test(first) && command.options.some(({ long }) => long === '--vmid');
  return `${name} takes ${count}${isGuest ? `; what concerns guest ${first} is ${name} --vmid ${first}` : ''}`;
}
