import { readFile } from 'node:fs/promises';

/** The page of a check, from the documentation that ships with the program. */
export const readPage = (code: string): Promise<string> =>
  readFile(new URL(`../../docs/checks/${code}.md`, import.meta.url), 'utf8');
