import { CHECKS } from '../checks/index.ts';
import { readErrorTexts, readPage } from '../host/pages.ts';
import { findErrorTexts, parseErrorTexts } from '../model/explain/error-texts.ts';
import { UsageError } from '../model/faults.ts';
import { didYouMean } from '../model/nearest-name.ts';
import { renderPage } from '../render/explain.ts';
import { joinBlocks } from '../render/page.ts';
import { printable } from '../render/printable.ts';
import { hang } from '../render/wrap.ts';
import { lookOf, type Terminal } from './terminal.ts';

/** Prints the page of one check, the list of all codes, or where an error text is explained. */
export async function runExplain(words: readonly string[], _options: unknown, terminal: Terminal): Promise<number> {
  const code = words.join(' ');
  if (code === '') {
    await terminal.stdout.write(CHECKS.map((check) => `${check.code.padEnd(8)} ${check.title}\n`).join(''));
    return 0;
  }
  const codes = CHECKS.map((one) => one.code);
  const check = CHECKS.find((candidate) => candidate.code === code.toUpperCase());
  if (check === undefined) return await explainText(code, codes, terminal);
  await terminal.stdout.write(renderPage(await readPage(check.code), lookOf(terminal, {})));
  return 0;
}

async function explainText(text: string, codes: readonly string[], terminal: Terminal): Promise<number> {
  const found =
    /^[A-Za-z]{2,4}\d*$/.test(text) && codes.some((code) => code.startsWith(text.toUpperCase()))
      ? []
      : findErrorTexts(text, parseErrorTexts(await readErrorTexts()));
  if (found.length === 0) throw new UsageError(unknownCode(printable(text), codes));
  const { width } = lookOf(terminal, {});
  const blocks = found.map(({ text: printed, code, means }) => [
    ...hang('', printed, width),
    ...hang('  ', `${means}; pve-doctor explain ${code}`, width),
  ]);
  await terminal.stdout.write(joinBlocks(blocks));
  return 0;
}

/** `MNT` for all codes that begin so; `dm13` for DM013. */
function unknownCode(word: string, codes: readonly string[]): string {
  const family = codes.filter((code) => code.startsWith(word.toUpperCase()));
  if (family.length > 0) return `there are several checks ${word}: ${family.join(', ')}`;
  const otherwise = `\`pve-doctor explain\` lists all ${codes.length} codes`;
  return `there is no check ${word}; ${didYouMean(word, codes) ?? otherwise}`;
}
