import { CHECKS } from '../src/checks/index.ts';
import { VERSION } from '../src/model/version.ts';
import { allForms, type CommandForm, type OptionForm, programForm } from './package-commands.ts';
import { MANUAL_OF_THE_HUB, MANUAL_OF_THE_NODE } from './package-manual-text.ts';
import { NODE, type Product } from './products.ts';

type Lines = readonly string[];

/** Text as roff reads it (groff_man_style(7)): no hyphen that is a dash, no line that begins with a request. */
const roff = (text: string): string =>
  text
    .replace(/\\/g, '\\e')
    .replace(/-/g, '\\-')
    .replace(/^(['.])/gm, '\\&$1')
    .replace(/'/g, '\\(aq')
    .replace(/\^/g, '\\(ha')
    .replace(/~/g, '\\(ti')
    .replace(/`/g, '\\(ga')
    .replace(
      /[^\x00-\x7f]/gu,
      (character) => `\\[u${(character.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0')}]`,
    );

/** The manual page, from the very definitions that `--help` shows. `date` is the day of the version, YYYY-MM-DD. */
export function renderManual(product: Product, date: string): string {
  const program = programForm(product);
  const text = product === NODE ? MANUAL_OF_THE_NODE : MANUAL_OF_THE_HUB;
  const name = roff(product.name);
  const forms = allForms(program);
  const [examples = '', exitStatus = ''] = program.epilogue.split(/(?=^Exit status of )/m);
  return `${[
    `.\\" Made by tools/package-manual.ts from the program's own help.`,
    `.TH ${name.toUpperCase()} 8 ${date} "${name} ${VERSION}" "System Administration"`,
    ...section('NAME', [`${name} \\- ${roff(text.purpose)}`]),
    ...section('SYNOPSIS', forms.filter(({ commands }) => commands.length === 0).flatMap(synopsis)),
    ...section('DESCRIPTION', [roff(program.about), '.PP', ...flow(text.description)]),
    ...section('COMMANDS', forms.slice(1).flatMap(commandSection)),
    ...(product === NODE ? section('CHECKS', checks()) : []),
    ...section('EXIT STATUS', prose(exitStatus)),
    ...section('ENVIRONMENT', definitions(text.environment)),
    ...section('FILES', definitions(text.files)),
    ...section('NOTES', prose(text.notes)),
    ...section('EXAMPLES', prose(examples.replace(/^\s*Examples:\n/, ''))),
    ...section('SEE ALSO', seeAlso(text.seeAlso)),
  ].join('\n')}\n`;
}

/** Nothing to say, no heading. */
const section = (title: string, lines: Lines): Lines =>
  lines.every((line) => line === '') ? [] : [`.SH ${title}`, ...lines];

const checks = (): Lines => CHECKS.flatMap(({ code, title }) => tagged(`\\fB${roff(code)}\\fR`, [roff(title)]));

const seeAlso = (pages: readonly (readonly [string, number])[]): Lines =>
  pages.map(([page, of], at) => `.BR ${roff(page)} (${of})${at === pages.length - 1 ? '' : ','}`);

const tagged = (tag: string, lines: Lines): Lines => ['.TP', tag, ...lines];

const definitions = (entries: readonly (readonly [string, string])[]): Lines =>
  entries.flatMap(([name, text]) => tagged(`\\fI${roff(name)}\\fR`, [roff(text)]));

function synopsis({ program, words, arguments: args, options, isDefault }: CommandForm): Lines {
  const required = options.filter(({ flags }) => flags.includes('--output') && words[0] === 'capture');
  const parts = [
    `.B ${roff(program)}`,
    ...(words.length === 0 ? [] : [isDefault ? `[\\fB${roff(words.join(' '))}\\fR]` : `.B ${roff(words.join(' '))}`]),
    ...required.map(({ flags }) => flagText(flags)),
    ...(options.length > 0 ? ['[\\fIoptions\\fR]'] : []),
    ...args.map(({ usage }) => argumentText(usage)),
  ];
  return [...parts, '.br'];
}

function commandSection({ words, about, options, arguments: args, epilogue, commands }: CommandForm): Lines {
  if (commands.length > 0) return [];
  return [
    `.SS ${roff(words.join(' '))}`,
    `${roff(sentence(about))}`,
    ...args.flatMap((argument) => tagged(argumentText(argument.usage), [roff(sentence(argument.about))])),
    ...options.filter(({ flags }) => flags !== '-h, --help').flatMap(optionEntry),
    ...(epilogue === '' ? [] : ['.PP', ...prose(epilogue)]),
  ];
}

function optionEntry({ flags, about, values, fallback }: OptionForm): Lines {
  const choices = typeof values === 'object' && values !== null ? `: ${values.words.join(', ')}` : '';
  const otherwise = fallback === null ? '' : ` (default: ${fallback})`;
  return tagged(flagText(flags), [roff(sentence(`${about}${choices}${otherwise}`))]);
}

/** `-o, --output <file>` as -o, --output in bold and file in italics. */
const flagText = (flags: string): string =>
  flags
    .split(/(<[^>]*>|\[[^\]]*\]|--?[a-zA-Z][\w-]*)/)
    .map((part) => {
      if (part.startsWith('-')) return `\\fB${roff(part)}\\fR`;
      return /^[<[]/.test(part) ? `\\fI${roff(part.slice(1, -1))}\\fR` : part;
    })
    .join('');

const argumentText = (usage: string): string =>
  usage.startsWith('[') ? `[\\fI${roff(usage.slice(1, -1))}\\fR]` : `\\fI${roff(usage.slice(1, -1))}\\fR`;

const sentence = (text: string): string => {
  const whole = `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
  return /[.:;]$/.test(whole) ? whole : `${whole}.`;
};

/** One line of input for each sentence, as roff wants it. */
const flow = (text: string): Lines => roff(text).split(/(?<=[.;:]) (?=[A-Z])/);

/** Paragraphs; lines that are indented keep their form. */
function prose(text: string): Lines {
  return text.split(/\n\s*\n/).flatMap((paragraph, at) => {
    const lines = paragraph.split('\n');
    const first = lines.findIndex((line) => line.startsWith('  '));
    const words = first < 0 ? lines : lines.slice(0, first);
    const example = first < 0 ? [] : lines.slice(first).map((line) => roff(line.replace(/^ {2}/, '')));
    return [
      ...(at === 0 ? [] : ['.PP']),
      ...flow(words.join(' ')),
      ...(example.length === 0 ? [] : ['.PP', '.RS 4', '.nf', ...example, '.fi', '.RE']),
    ];
  });
}
