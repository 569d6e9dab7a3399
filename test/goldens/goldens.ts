import { fileURLToPath } from 'node:url';
import type { Report } from '../../src/model/report/report.ts';
import { renderJson } from '../../src/render/json.ts';
import { renderText } from '../../src/render/text.ts';
import { readCapture, reportOf } from '../capture-files.ts';

export const goldenPath = (situation: string, form: 'txt' | 'json'): string =>
  fileURLToPath(new URL(`./${situation}.${form}`, import.meta.url));

/** Whose JSON is kept as well: one of each kind. That of all others is held by the schema alone. */
export const KEPT_AS_JSON: readonly string[] = [
  'cluster-used-twice',
  'example-node',
  'guests-half-done',
  'lvm-hangs-first',
  'mounts-in-containers',
  'not-a-pve-node',
  'paths-of-a-map-one-path-lost',
  'volumes-left-behind-whole',
];

/**
 * The report of a situation: the screen of 80 columns, then all of it at 100, and JSON. Checks that found nothing wrong are left
 * out of both, so that another check does not rewrite what every capture says.
 */
export async function goldenOf(situation: string): Promise<{ readonly txt: string; readonly json: string }> {
  const whole: Report = await reportOf(readCapture(situation), `${situation}/capture.json`);
  const report = {
    ...whole,
    checks: whole.checks.filter(({ outcome }) => outcome === 'found' || outcome === 'unknown'),
  };
  const options = { colour: false, quiet: false, runningFirst: false };
  const screen = renderText(report, { ...options, width: 80, verbose: false });
  const all = renderText(report, { ...options, width: 100, verbose: true });
  return { txt: `${screen}\n$ pve-doctor check --verbose\n\n${all}`, json: renderJson(report) };
}
