import type { Argument, Command, Option } from 'commander';
import { CHECKS } from '../src/checks/index.ts';
import { makeProgram } from '../src/cli/program.ts';
import { makeHubProgram } from '../src/hub/cli/program.ts';
import { HUB, type Product } from './products.ts';

/** What may stand where a value is wanted. */
export type Values = { readonly words: readonly string[] } | 'file' | 'anything';

export interface OptionForm {
  /** `-o, --output <file>` */
  readonly flags: string;
  /** `-o`, `--output`: each as it is typed. */
  readonly names: readonly string[];
  readonly about: string;
  /** null: it takes no value. */
  readonly values: Values | null;
  /** What stands for it when it is not given; null where there is no such value. */
  readonly fallback: string | null;
  readonly repeats: boolean;
}

export interface ArgumentForm {
  /** `<id>`, `[code]` */
  readonly usage: string;
  readonly about: string;
  readonly values: Values;
}

/** One command as its help shows it. Manual and completions are made of these, so they cannot say anything else. */
export interface CommandForm {
  /** `pve-doctor`: what is typed before the words. */
  readonly program: string;
  /** Empty for the program itself; two words for a command of a command. */
  readonly words: readonly string[];
  readonly about: string;
  readonly isDefault: boolean;
  readonly options: readonly OptionForm[];
  readonly arguments: readonly ArgumentForm[];
  /** What its help says after the options. */
  readonly epilogue: string;
  readonly commands: readonly CommandForm[];
}

const QUIET = { write: () => Promise.resolve() };

const TERMINAL = { env: {}, stdout: { ...QUIET, isTty: false, columns: undefined }, stderr: QUIET, isRoot: false };

/** A program with all its commands, as `--help` has them. */
export function programForm(product: Product): CommandForm {
  const program = product === HUB ? makeHubProgram() : makeProgram(TERMINAL, () => undefined);
  return formOf(program, [], program.commands.find((command) => isDefault(program, command)) ?? null);
}

/** Every command that can be typed, the program itself first. */
export const allForms = (form: CommandForm): readonly CommandForm[] => [form, ...form.commands.flatMap(allForms)];

/** Every option that is followed by a value, so that the value is not taken for a command. */
export const namesWithValue = (program: CommandForm): readonly string[] => [
  ...new Set(
    allForms(program).flatMap(({ options }) => options.flatMap(({ names, values }) => (values === null ? [] : names))),
  ),
];

/** Options that may stand there; without a command those of the default command too, which is what would run. */
export const optionsAt = (form: CommandForm): readonly OptionForm[] => [
  ...form.options,
  ...form.commands
    .filter(({ isDefault }) => isDefault)
    .flatMap(({ options }) => options.filter(({ flags }) => !form.options.some((known) => known.flags === flags))),
];

function formOf(command: Command, words: readonly string[], fallback: Command | null): CommandForm {
  const isShown = (option: Option): boolean => !option.hidden;
  return {
    program: rootOf(command).name(),
    words,
    about: command.description(),
    isDefault: false,
    options: [...command.options.filter(isShown).map(optionForm), HELP],
    arguments: command.registeredArguments.map(argumentForm),
    epilogue: epilogueOf(command),
    commands: command.commands
      .filter((child) => child.name() !== 'help')
      .map((child) => ({ ...formOf(child, [...words, child.name()], null), isDefault: child === fallback })),
  };
}

const rootOf = (command: Command): Command => (command.parent === null ? command : rootOf(command.parent));

/** Commander keeps which command is the default to itself; help without a command does not tell it either. */
const isDefault = (program: Command, command: Command): boolean =>
  (program as Command & { readonly _defaultCommandName?: string | null })._defaultCommandName === command.name();

const HELP: OptionForm = {
  flags: '-h, --help',
  names: ['-h', '--help'],
  about: 'display help',
  values: null,
  fallback: null,
  repeats: false,
};

function optionForm(option: Option): OptionForm {
  const names = [option.short, option.long].filter((name) => name !== undefined);
  const fallback = typeof option.defaultValue === 'string' && option.defaultValue !== '' ? option.defaultValue : null;
  const takesValue = option.required || option.optional;
  const placeholder = /[<[]([^>\].]+)/.exec(option.flags)?.[1] ?? '';
  const values = takesValue ? valuesOf(placeholder, option.argChoices) : null;
  const repeats = option.variadic || Array.isArray(option.defaultValue);
  return { flags: option.flags, names, about: option.description, values, fallback, repeats };
}

function argumentForm(argument: Argument): ArgumentForm {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
  return {
    usage: argument.required ? `<${name}>` : `[${name}]`,
    about: argument.description,
    values: valuesOf(argument.name(), argument.argChoices),
  };
}

function valuesOf(placeholder: string, choices: readonly string[] | undefined): Values {
  if (choices !== undefined) return { words: choices };
  if (placeholder === 'code') return { words: CHECKS.map(({ code }) => code) };
  return placeholder === 'file' ? 'file' : 'anything';
}

/** Help is written once as it is shown: what follows the part that Commander makes. */
function epilogueOf(command: Command): string {
  const written: string[] = [];
  command.configureOutput({ writeOut: (text) => void written.push(text) });
  command.outputHelp();
  const help = written.join('');
  const own = command.helpInformation();
  if (!help.startsWith(own)) throw new Error(`the help of ${command.name()} does not begin with its options`);
  return help.slice(own.length).trim();
}
