import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { Capture } from '../model/capture.ts';
import { UsageError } from '../model/faults.ts';
import { writeAtomically } from './output-file.ts';

/** No capture of a real node comes near; a bomb stops here. */
const MAX_BYTES = 1024 * 1024 * 1024;

/** The JSON text of a capture, gzip or plain. Throws UsageError with the file's name and what is wrong with it. */
export async function readCaptureText(path: string): Promise<string> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw new UsageError(`cannot read the capture ${path}: ${messageOf(error)}`);
  });
  const compressed = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const plain = compressed
    ? await promisify(gunzip)(bytes, { maxOutputLength: MAX_BYTES }).catch((error: unknown) => {
        throw new UsageError(`the capture ${path} cannot be unpacked: ${messageOf(error)}`);
      })
    : bytes;
  return plain.toString('utf8').replace(/^\uFEFF/, '');
}

/** Writes a capture: plain JSON when the name ends in `.json`, gzip otherwise. Mode 0600, since it describes a node. */
export async function writeCaptureFile(path: string, capture: Capture): Promise<void> {
  const text = `${JSON.stringify(capture, null, 1)}\n`;
  await writeAtomically(path, path.endsWith('.json') ? text : await promisify(gzip)(text), 0o600);
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
