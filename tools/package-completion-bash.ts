import { allForms, type CommandForm, namesWithValue, optionsAt, programForm, type Values } from './package-commands.ts';
import type { Product } from './products.ts';

type Lines = readonly string[];

/**
 * Completion for bash, of bash alone: bash-completion loads it, and without it `source` does. COMP_WORDBREAKS splits
 * `--format=json` into three words (bash(1), Programmable Completion), hence the `=`.
 */
export function bashCompletion(product: Product): string {
  const program = programForm(product);
  return `${[
    `# bash completion for ${program.program}, made by tools/package-completion-bash.ts from its own help.`,
    ...scan(program),
    ...values(program),
    ...offers(program),
    `${shellName(program)}() {`,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell expands it.
    "\tlocal current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command=''",
    '\tCOMPREPLY=()',
    "\t[ \"$current\" != '=' ] || current=''",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell expands it.
    '\t[ "$previous" != \'=\' ] || previous=${COMP_WORDS[COMP_CWORD - 2]}',
    `\t${shellName(program)}_command`,
    `\t${shellName(program)}_value "$command" "$previous" "$current" || ${shellName(program)}_offer "$command" "$current"`,
    '}',
    `complete -F ${shellName(program)} ${program.program}`,
  ].join('\n')}\n`;
}

/** What the functions of a program begin with. */
const shellName = ({ program }: CommandForm): string => `_${program.replaceAll('-', '_')}`;

const nameOf = ({ words }: CommandForm): string => words.join(' ');

/** Which command the words before the cursor name; the value of an option names none. */
function scan(program: CommandForm): Lines {
  const paths = allForms(program).slice(1).map(nameOf);
  return [
    `${shellName(program)}_command() {`,
    '\tlocal at word next',
    '\tfor ((at = 1; at < COMP_CWORD; at++)); do',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell expands it.
    '\t\tword=${COMP_WORDS[at]} next="${command:+$command }${COMP_WORDS[at]}"',
    '\t\tcase "$word" in',
    `\t\t${namesWithValue(program).join(' | ')}) [ "\${COMP_WORDS[at + 1]}" != '=' ] || ((at++)); ((at++)) ;;`,
    `\t\t*) case "$next" in ${paths.map((path) => `'${path}'`).join(' | ')}) command=$next ;; esac ;;`,
    '\t\tesac',
    '\tdone',
    '}',
  ];
}

const replyWith = (wanted: Values): string => {
  if (wanted === 'file') return 'mapfile -t COMPREPLY < <(compgen -f -- "$3"); compopt -o filenames 2> /dev/null || :';
  return wanted === 'anything' ? ':' : `mapfile -t COMPREPLY < <(compgen -W '${wanted.words.join(' ')}' -- "$3")`;
};

function values(program: CommandForm): Lines {
  const cases = allForms(program).flatMap((form) =>
    optionsAt(form).flatMap((option) =>
      option.values === null
        ? []
        : [`\t${option.names.map((name) => `'${nameOf(form)} ${name}'`).join(' | ')}) ${replyWith(option.values)} ;;`],
    ),
  );
  return [`${shellName(program)}_value() {`, '\tcase "$1 $2" in', ...cases, '\t*) return 1 ;;', '\tesac', '}'];
}

/** What else may stand there: options after a dash, otherwise commands and arguments. */
function offers(program: CommandForm): Lines {
  const cases = allForms(program).flatMap((form) => {
    const words = [
      ...form.commands.map(({ words: path }) => path.at(-1) ?? ''),
      ...form.arguments.flatMap(({ values: wanted }) => (typeof wanted === 'object' ? wanted.words : [])),
    ];
    const options = optionsAt(form).flatMap(({ names }) => names.filter((name) => name.startsWith('--')));
    const files = form.arguments.some(({ values: wanted }) => wanted === 'file') ? ['\t\tfiles=yes'] : [];
    return [
      `\t'${nameOf(form)}')`,
      `\t\twords='${words.join(' ')}'`,
      ...files,
      `\t\toptions='${options.join(' ')}' ;;`,
    ];
  });
  return [
    `${shellName(program)}_offer() {`,
    "\tlocal words options files=''",
    '\tcase "$1" in',
    ...cases,
    '\tesac',
    '\tcase "$2" in',
    '\t-*) mapfile -t COMPREPLY < <(compgen -W "$options" -- "$2") ;;',
    `\t*) if [ "$files" = yes ]; then ${replyWith('file').replaceAll('$3', '$2')}`,
    '\telse mapfile -t COMPREPLY < <(compgen -W "$words" -- "$2"); fi ;;',
    '\tesac',
    '}',
  ];
}
