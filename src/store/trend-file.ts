import { dirname, resolve } from 'node:path';
import { makeDataFile } from '../host/data-file.ts';
import { writeAtomically } from '../host/output-file.ts';
import { UsageError } from '../model/faults.ts';
import { TREND_PATH, type TrendLook } from '../model/trend/trend.ts';
import { trendText } from '../model/trend/trend-text.ts';

/** A node that keeps its history elsewhere keeps nothing here: the file is read at one place only, so that a capture can hold it. */
export const keepsTrendBeside = (directory: string): boolean => resolve(directory) === dirname(TREND_PATH);

/** What cannot be written is thrown, in words for people. */
export async function writeTrend(looks: readonly TrendLook[]): Promise<void> {
  const refusal = makeDataFile(TREND_PATH);
  if (refusal !== null) throw new UsageError(refusal, CANNOT_WRITE);
  await writeAtomically(TREND_PATH, trendText(looks), 0o600, 'exact');
}

/** EX_CANTCREAT of sysexits.h. */
const CANNOT_WRITE = 73;
