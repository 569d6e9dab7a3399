import { CHECKS } from '../checks/index.ts';
import { readPage } from '../host/pages.ts';
import { UsageError } from '../model/faults.ts';
import { renderPage } from '../render/explain.ts';
import { type Terminal, textWidth, wantsColour } from './terminal.ts';

/** Prints the page of one check, or the list of all codes. */
export async function runExplain(code: string | undefined, terminal: Terminal): Promise<number> {
  if (code === undefined) {
    await terminal.stdout.write(CHECKS.map((check) => `${check.code.padEnd(8)} ${check.title}\n`).join(''));
    return 0;
  }
  const check = CHECKS.find((candidate) => candidate.code === code.toUpperCase());
  if (check === undefined)
    throw new UsageError(`there is no check ${code}; \`pve-doctor explain\` lists all ${CHECKS.length} codes`);
  const colour = wantsColour(terminal, 'auto', false);
  await terminal.stdout.write(renderPage(await readPage(check.code), { width: textWidth(terminal), colour }));
  return 0;
}
