import { ReaderGone } from '../model/faults.ts';
import type { Block } from '../render/page.ts';
import type { Terminal } from './terminal.ts';

/** EX_IOERR of sysexits.h. */
export const OUTPUT_LOST = 74;

/** The output of a command that changes the node: losing it decides nothing about the node. */
export interface SteadyOutput {
  readonly print: (lines: Block) => Promise<void>;
  /** `closed`: the reader went away (`| head`). `failed`: it could not be written (a full disk, a terminal that is gone). */
  readonly lost: () => 'closed' | 'failed' | null;
  /** The status of the run, or 74 where all went well and it could not be printed. */
  readonly exitCode: (ofRun: number) => number;
}

export function steadyOutput({ stdout }: Terminal): SteadyOutput {
  let lost: 'closed' | 'failed' | null = null;
  return {
    print: async (lines) => {
      if (lost !== null || lines.length === 0) return;
      await stdout.write(lines.map((line) => `${line}\n`).join('')).catch((error: unknown) => {
        lost = error instanceof ReaderGone ? 'closed' : 'failed';
      });
    },
    lost: () => lost,
    exitCode: (ofRun) => (lost === 'failed' && ofRun === 0 ? OUTPUT_LOST : ofRun),
  };
}
