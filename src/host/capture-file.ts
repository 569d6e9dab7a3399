import { createReadStream } from 'node:fs';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { Capture } from '../model/capture.ts';
import { messageOf, UsageError } from '../model/faults.ts';
import { errorCode, explainCode } from './errors.ts';
import { writeAtomically } from './output-file.ts';

/** Ten times a node with 10 000 devices. A bomb stops here, and so does a file that never ends. */
const MAX_MIB = 256;
const MAX_BYTES = MAX_MIB * 1024 * 1024;

/** The JSON text of a capture, gzip or plain. Throws UsageError with the file's name and what is wrong with it. */
export async function readCaptureText(path: string): Promise<string> {
  const bytes = await readBounded(path);
  const compressed = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const plain = compressed ? await unpack(path, bytes) : bytes;
  return plain.toString('utf8').replace(/^\uFEFF/, '');
}

/** A pipe is read as well as a file. */
async function readBounded(path: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of createReadStream(path, { end: MAX_BYTES })) {
      chunks.push(chunk as Buffer);
      length += (chunk as Buffer).length;
    }
  } catch (error) {
    throw new UsageError(`cannot read the capture ${path}: ${explainCode(errorCode(error))}`);
  }
  if (length > MAX_BYTES) throw new UsageError(`the capture ${path} is larger than ${MAX_MIB} MiB`);
  return Buffer.concat(chunks);
}

async function unpack(path: string, bytes: Buffer): Promise<Buffer> {
  return await promisify(gunzip)(bytes, { maxOutputLength: MAX_BYTES }).catch((error: unknown) => {
    const isTooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    throw new UsageError(
      isTooLarge
        ? `the capture ${path} unpacks to more than ${MAX_MIB} MiB`
        : `the capture ${path} cannot be unpacked: ${messageOf(error)}`,
    );
  });
}

export const captureText = (capture: Capture): string => `${JSON.stringify(capture, null, 1)}\n`;

/** Writes a capture: plain JSON when the name ends in `.json`, gzip otherwise. Mode 0600, since it describes a node. */
export async function writeCaptureFile(path: string, capture: Capture): Promise<void> {
  const text = captureText(capture);
  await writeAtomically(path, path.endsWith('.json') ? text : await promisify(gzip)(text), 0o600);
}
