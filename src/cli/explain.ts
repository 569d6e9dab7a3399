import { CHECKS } from '../checks/index.ts';
import { readPage } from '../host/pages.ts';
import { UsageError } from '../model/faults.ts';
import { didYouMean } from '../model/nearest-name.ts';
import { renderPage } from '../render/explain.ts';
import { lookOf, type Terminal } from './terminal.ts';

/** Prints the page of one check, or the list of all codes. */
export async function runExplain(code: string | undefined, _options: unknown, terminal: Terminal): Promise<number> {
  if (code === undefined) {
    await terminal.stdout.write(CHECKS.map((check) => `${check.code.padEnd(8)} ${check.title}\n`).join(''));
    return 0;
  }
  const codes = CHECKS.map((one) => one.code);
  const check = CHECKS.find((candidate) => candidate.code === code.toUpperCase());
  if (check === undefined) throw new UsageError(unknownCode(code, codes));
  await terminal.stdout.write(renderPage(await readPage(check.code), lookOf(terminal, {})));
  return 0;
}

/** `MNT` for all codes that begin so; `dm13` for DM013. */
function unknownCode(word: string, codes: readonly string[]): string {
  const family = codes.filter((code) => code.startsWith(word.toUpperCase()));
  if (family.length > 0) return `there are several checks ${word}: ${family.join(', ')}`;
  const otherwise = `\`pve-doctor explain\` lists all ${codes.length} codes`;
  return `there is no check ${word}; ${didYouMean(word, codes) ?? otherwise}`;
}
