import { quoted } from '../model/quoted.ts';
import type { Parsed } from '../model/reading.ts';
import { wholeNumber } from './complete-lines.ts';
import { splitDmLines } from './dm-lines.ts';

/** A thin pool's status line, by the pool's dm name. */
export interface ThinPoolStatus {
  readonly name: string;
  readonly usedMetadataBlocks: number;
  readonly totalMetadataBlocks: number;
  readonly usedDataBlocks: number;
  readonly totalDataBlocks: number;
  readonly mode: string;
  /** Its metadata met an error; it stays read-only until it was checked. */
  readonly needsCheck: boolean;
  /** Writes without room fail at once instead of waiting. */
  readonly errorsWhenFull: boolean;
}

/**
 * `start length thin-pool <transaction> <used>/<total metadata> <used>/<total data> <held root> <mode> …`
 * (kernel Documentation/admin-guide/device-mapper/thin-provisioning.rst, "Status").
 */
const STATUS = /^\d+ \d+ thin-pool \d+ (\d+)\/(\d+) (\d+)\/(\d+) \S+ (rw|ro|out_of_data_space)( .*)?$/s;

/** The pool failed, or its metadata could not be read for the status (drivers/md/dm-thin.c pool_status). */
const FAILED = /^\d+ \d+ thin-pool (Fail|Error)\s*$/;

export function parseThinPoolStatus(text: string, names: ReadonlySet<string>): Parsed<readonly ThinPoolStatus[]> {
  const lines = splitDmLines(text, names);
  const problems = [...lines.problems];
  const pools: ThinPoolStatus[] = [];
  for (const { name, rest } of lines.value) {
    const pool = parseStatus(name, rest);
    if (pool === null) problems.push(`not the status of a thin pool, ${quoted(name)}: ${quoted(rest)}`);
    else pools.push(pool);
  }
  return { value: pools, problems };
}

function parseStatus(name: string, text: string): ThinPoolStatus | null {
  const mode = FAILED.exec(text)?.[1];
  if (mode !== undefined) {
    const nothing = { usedMetadataBlocks: 0, totalMetadataBlocks: 0, usedDataBlocks: 0, totalDataBlocks: 0 };
    return { name, ...nothing, mode, needsCheck: false, errorsWhenFull: false };
  }
  const match = STATUS.exec(text);
  const usedMetadataBlocks = wholeNumber(match?.[1]);
  const totalMetadataBlocks = wholeNumber(match?.[2]);
  const usedDataBlocks = wholeNumber(match?.[3]);
  const totalDataBlocks = wholeNumber(match?.[4]);
  if (usedMetadataBlocks === null || totalMetadataBlocks === null) return null;
  if (usedDataBlocks === null || totalDataBlocks === null) return null;
  const options = (match?.[6] ?? '').split(' ');
  return {
    ...{ name, usedMetadataBlocks, totalMetadataBlocks, usedDataBlocks, totalDataBlocks, mode: match?.[5] ?? '' },
    ...{ needsCheck: options.includes('needs_check'), errorsWhenFull: options.includes('error_if_no_space') },
  };
}
