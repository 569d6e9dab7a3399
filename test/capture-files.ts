import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkNode } from '../src/engine/check-node.ts';
import { EVERYTHING } from '../src/engine/narrowing.ts';
import { memoryHost } from '../src/host/memory-host.ts';
import type { Capture } from '../src/model/capture.ts';
import type { Report } from '../src/model/report/report.ts';
import { parseCapture } from '../src/parse/capture.ts';

export const CAPTURES = fileURLToPath(new URL('./captures', import.meta.url));

/** The recorded situations, by folder name. */
export const situations: readonly string[] = readdirSync(CAPTURES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)
  .sort();

export function readCapture(situation: string): Capture {
  const parsed = parseCapture(readFileSync(join(CAPTURES, situation, 'capture.json'), 'utf8'));
  if ('complaint' in parsed) throw new Error(`${situation}: ${parsed.complaint}`);
  return parsed.capture;
}

/** What `check --from` makes of a capture. */
export const reportOf = (capture: Capture, label = 'capture'): Promise<Report> =>
  checkNode(memoryHost(capture), label, EVERYTHING);
