import { checkNode } from '../engine/check-node.ts';
import { EVERYTHING } from '../engine/narrowing.ts';
import { writeCaptureFile } from '../host/capture-file.ts';
import { recordingHost } from '../host/recording-host.ts';
import { openSource } from './source.ts';
import type { Terminal } from './terminal.ts';

interface CaptureOptions {
  readonly output: string;
  readonly redact?: boolean;
  readonly note: string;
  readonly from?: string;
  readonly fresh?: boolean;
}

/**
 * Checks through a `Host` that records, so that the capture holds exactly what was read: all that a repair would need as well, since
 * its plan can be made from the capture.
 */
export async function runCapture(options: CaptureOptions, terminal: Terminal): Promise<number> {
  const source = await openSource(options.from, terminal, options.fresh);
  const recording = recordingHost(source.host);
  await checkNode(recording.host, source.label, EVERYTHING, undefined, 'all');
  const capture = recording.capture(options.note);
  if (options.redact === true) {
    const { redactCapture } = await import('../redact/redact-capture.ts');
    await writeCaptureFile(options.output, await redactCapture(capture));
  } else {
    await writeCaptureFile(options.output, capture);
  }
  await terminal.stderr.write(`pve-doctor: wrote ${options.output}; look into it before you give it away\n`);
  return 0;
}
