import { readFile } from 'node:fs/promises';

/** Compiled, the program is one folder, and what tools/build.ts embeds stands in it; otherwise the source reads docs. */
const PAGES = import.meta.url.endsWith('/src/host/pages.ts') ? '../../docs/checks/' : './checks/';

const ERRORS = import.meta.url.endsWith('/src/host/pages.ts') ? '../../docs/errors/' : './errors/';

/** docs/errors/texts.md. */
export const readErrorTexts = (): Promise<string> => readFile(new URL(`${ERRORS}texts.md`, import.meta.url), 'utf8');

/** The page of a check, from the documentation that ships with the program. */
export const readPage = (code: string): Promise<string> =>
  readFile(new URL(`${PAGES}${code}.md`, import.meta.url), 'utf8');
