import { fileURLToPath } from 'node:url';
import type { Report } from '../../src/model/report/report.ts';
import { renderJson } from '../../src/render/json.ts';
import { renderText } from '../../src/render/text.ts';
import { readCapture, reportOf } from '../capture-files.ts';

export const goldenPath = (situation: string, form: 'txt' | 'json'): string =>
  fileURLToPath(new URL(`./${situation}.${form}`, import.meta.url));

/** The whole report of a situation, as text of 100 columns and as JSON. */
export async function goldenOf(situation: string): Promise<{ readonly txt: string; readonly json: string }> {
  const report: Report = await reportOf(readCapture(situation), `${situation}/capture.json`);
  const options = { width: 100, colour: false, verbose: false, quiet: false, runningFirst: false };
  return { txt: renderText(report, options), json: renderJson(report) };
}
