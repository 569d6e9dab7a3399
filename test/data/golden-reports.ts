import { readdirSync, readFileSync } from 'node:fs';
import type { Report } from '../../src/model/report/report.ts';

const folder = new URL('../goldens/', import.meta.url);

/** The reports of all captures, by situation, as the goldens have them. */
export const goldenReports: Readonly<Record<string, Report>> = Object.fromEntries(
  readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => [name.replace('.json', ''), JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Report]),
);
