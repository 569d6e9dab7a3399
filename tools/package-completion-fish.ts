import {
  allForms,
  type CommandForm,
  namesWithValue,
  type OptionForm,
  optionsAt,
  programForm,
  type Values,
} from './package-commands.ts';
import type { Product } from './products.ts';

type Lines = readonly string[];

/** Completion for fish (fish complete(1)). */
export function fishCompletion(product: Product): string {
  const program = programForm(product);
  return `${[
    `# fish completion for ${program.program}, made by tools/package-completion-fish.ts from the program's own help.`,
    ...position(program),
    `complete -c ${program.program} -f`,
    ...allForms(program).flatMap(offers),
  ].join('\n')}\n`;
}

const atName = ({ program }: CommandForm): string => `__${program.replaceAll('-', '_')}_at`;

const pathOf = ({ words }: CommandForm): string => words.join(' ');

/** True where the words before the cursor name this command; the value of an option names none. */
const position = (program: CommandForm): Lines => [
  `function ${atName(program)}`,
  "    set -l path ''",
  '    set -l skip no',
  '    for word in (commandline -opc)[2..-1]',
  '        if test $skip = yes',
  '            set skip no',
  `        else if contains -- $word ${namesWithValue(program).join(' ')}`,
  '            set skip yes',
  '        else',
  '            set -l longer (string trim -- "$path $word")',
  `            contains -- $longer ${allForms(program).slice(1).map(pathOf).map(quote).join(' ')}; and set path $longer`,
  '        end',
  '    end',
  '    test "$path" = "$argv"',
  'end',
];

/** All that may stand after a command: its commands, its options, its arguments. */
function offers(form: CommandForm): Lines {
  const start = `complete -c ${form.program} -n ${quote(`${atName(form)} ${pathOf(form)}`.trim())}`;
  return [
    ...form.commands.map(({ words, about }) => `${start} -a ${words.at(-1) ?? ''} -d ${quote(about)}`),
    ...optionsAt(form).map(
      (option) => `${start} ${namesOf(option)}${wantedBy(option.values)} -d ${quote(option.about)}`,
    ),
    ...form.arguments.flatMap(({ values }) => {
      if (values === 'file') return [`${start} -F`];
      return values === 'anything' ? [] : [`${start} -a ${quote(values.words.join(' '))}`];
    }),
  ];
}

const namesOf = ({ names }: OptionForm): string =>
  names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`)).join(' ');

function wantedBy(values: Values | null): string {
  if (values === null) return '';
  if (values === 'file') return ' -r -F';
  return values === 'anything' ? ' -x' : ` -x -a ${quote(values.words.join(' '))}`;
}

const quote = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`;
