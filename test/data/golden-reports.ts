import type { Report } from '../../src/model/report/report.ts';
import { readCapture, reportOf, situations } from '../capture-files.ts';

/** The reports of all captures, by situation, whole: the goldens leave out what was clean. */
export const goldenReports: Readonly<Record<string, Report>> = Object.fromEntries(
  await Promise.all(situations.map(async (situation) => [situation, await reportOf(readCapture(situation))] as const)),
);
