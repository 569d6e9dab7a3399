import { lookAtNode } from '../engine/check-node.ts';
import { EVERYTHING } from '../engine/narrowing.ts';
import { captureText, writeCaptureFile } from '../host/capture-file.ts';
import type { NodeAddress, NodeAnswer } from '../host/host.ts';
import { recordingHost } from '../host/recording-host.ts';
import { CAPTURE_YOURSELF, shareOf } from '../host/ssh.ts';
import type { Capture } from '../model/capture.ts';
import type { Peers } from '../model/cluster/cluster-view.ts';
import { UsageError } from '../model/faults.ts';
import { type Reading, whyNot } from '../model/reading.ts';
import { printable } from '../render/printable.ts';
import { memberCaptures } from './member-captures.ts';
import { openSource, type SourceOptions } from './source.ts';
import { type Terminal, warn } from './terminal.ts';

interface CaptureOptions extends SourceOptions {
  readonly output?: string;
  readonly print?: boolean;
  readonly cluster?: boolean;
  readonly redact?: boolean;
  readonly note: string;
}

/** What monitoring reads as unknown, as of `cluster`. */
const NO_CLUSTER = 3;

/**
 * Checks through a `Host` that records, so that the capture holds exactly what was read: all that a repair would need as well, since
 * its plan can be made from the capture.
 */
export async function runCapture(options: CaptureOptions, terminal: Terminal): Promise<number> {
  const { output } = options;
  if ((output === undefined) === (options.print !== true))
    throw new UsageError('capture takes the file to write with --output FILE, or --print');
  const source = await openSource(options, terminal);
  const recording = recordingHost(source.host);
  const { snapshot } = await lookAtNode(recording.host, source.label, EVERYTHING, undefined, 'all');
  const { reading: peers } = snapshot.sections.peers;
  if (options.cluster === true && peers.state !== 'known')
    throw new UsageError(`there is no cluster to capture: ${printable(whyNot(peers) ?? '')}`, NO_CLUSTER);
  const captures = source.capture === undefined ? await askMembers(peers, options, terminal) : source.capture.captures;
  const capture = { ...recording.capture(options.note), ...(captures && { captures }) };
  const kept = options.redact === true ? await redacted(capture) : capture;
  if (output === undefined) {
    await terminal.stdout.write(captureText(kept));
    return 0;
  }
  await writeCaptureFile(output, kept);
  await terminal.stderr.write(`pve-doctor: wrote ${output}; look into it before you give it away\n`);
  return 0;
}

const redacted = async (capture: Capture): Promise<Capture> =>
  (await import('../redact/redact-capture.ts')).redactCapture(capture);

const overSsh = async (nodes: readonly NodeAddress[]): Promise<readonly NodeAnswer[]> =>
  (await import('../host/live-host.ts')).askMembers(nodes, CAPTURE_YOURSELF);

/** The other nodes, where they are asked. */
async function askMembers(
  peers: Reading<Peers>,
  { cluster, fresh }: CaptureOptions,
  terminal: Terminal,
): Promise<Capture['captures']> {
  if (cluster !== true || fresh !== true || peers.state !== 'known') return undefined;
  const { members, self } = peers.value;
  const captures = await memberCaptures(members, self, overSsh, (nodes) => shareOf(CAPTURE_YOURSELF, nodes));
  for (const [name, member] of Object.entries(captures))
    if ('notCaptured' in member)
      await warn(terminal, `node ${printable(name)} is not captured: ${printable(member.notCaptured)}`);
  return captures;
}
