import { type CommandForm, type OptionForm, optionsAt, programForm, type Values } from './package-commands.ts';
import type { Product } from './products.ts';

type Lines = readonly string[];

/** Completion for zsh: a function for each command that has commands, `_arguments` for the rest (zshcompsys(1)). */
export function zshCompletion(product: Product): string {
  const program = programForm(product);
  return `${[
    `#compdef ${program.program}`,
    "# Made by tools/package-completion-zsh.ts from the program's own help.",
    ...functionsOf(program),
    `_${program.program} "$@"`,
  ].join('\n')}\n`;
}

const functionName = ({ program, words }: CommandForm): string => [`_${program}`, ...words].join('-');

function functionsOf(form: CommandForm): Lines {
  const body = form.commands.length === 0 ? leaf(form) : branch(form);
  return [...form.commands.flatMap(functionsOf), `${functionName(form)}() {`, ...body, '}'];
}

const leaf = (form: CommandForm): Lines => [`\t_arguments -s -S ${[...options(form), ...args(form)].join(' ')}`];

const options = (form: CommandForm): Lines => form.options.map(optionSpec);

const args = (form: CommandForm): Lines =>
  form.arguments.map(({ usage, about, values }) =>
    quote(`${usage.startsWith('[') ? '1::' : '1:'}${plain(about === '' ? usage : about)}:${actionOf(values)}`),
  );

/** The first word that is no option names a command; without one the default command's options hold. */
function branch(form: CommandForm): Lines {
  const words = form.commands.map(({ words: path, about }) => quote(`${path.at(-1) ?? ''}:${about}`));
  const cases = form.commands.map((command) => `\t\t${command.words.at(-1) ?? ''}) ${functionName(command)} ;;`);
  return [
    '\tlocal curcontext=$curcontext state line',
    '\ttypeset -A opt_args',
    `\t_arguments -C ${optionsAt(form).map(optionSpec).join(' ')} '1:command:->command' '*::arguments:->arguments'`,
    '\tcase $state in',
    '\tcommand)',
    `\t\tlocal -a commands=(${words.join(' ')})`,
    '\t\t_describe command commands',
    '\t\t;;',
    '\targuments)',
    '\t\tcase $line[1] in',
    ...cases,
    '\t\tesac',
    '\t\t;;',
    '\tesac',
  ];
}

/** `(-o --output)'{-o,--output}'[about]:file:_files` */
function optionSpec({ names, about, values, repeats }: OptionForm): string {
  const wanted = values === null ? '' : `:value:${actionOf(values)}`;
  const tail = `[${plain(about)}]${wanted}`;
  const exclusive = repeats ? '*' : `(${names.join(' ')})`;
  const [only = ''] = names;
  return names.length === 1
    ? quote(`${exclusive}${only}${tail}`)
    : `${quote(exclusive)}{${names.join(',')}}${quote(tail)}`;
}

function actionOf(values: Values): string {
  if (values === 'file') return '_files';
  return values === 'anything' ? ' ' : `(${values.words.join(' ')})`;
}

/** Brackets and colons end a part of a specification. */
const plain = (text: string): string => text.replace(/[\\[\]:]/g, '\\$&');

const quote = (text: string): string => `'${text.replace(/'/g, "'\\''")}'`;
