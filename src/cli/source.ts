import type { Host } from '../host/host.ts';
import { type Capture, decodeText, isFailure } from '../model/capture.ts';
import { UsageError } from '../model/faults.ts';
import { parseNodeAddresses } from '../parse/pmxcfs.ts';
import { printable } from '../render/printable.ts';
import { demandRoot, type Terminal } from './terminal.ts';

/** Device-mapper above all, but also configurations and what processes have open. */
export const NEEDS_ROOT = 'reading a node needs root';

/** Where a command reads from: this machine, or a capture. */
export interface Source {
  readonly host: Host;
  /** `live`, or the capture's file name. */
  readonly label: string;
  /** What was opened; none of this machine. */
  readonly capture?: Capture;
}

export interface SourceOptions {
  readonly from?: string;
  readonly fresh?: boolean;
  /** With `from`: which node of the capture of a cluster. Without it, the command runs on that node instead. */
  readonly node?: string;
}

/** Opens a capture, or this machine, which needs root. */
export async function openSource({ from, fresh = false, node }: SourceOptions, terminal: Terminal): Promise<Source> {
  if (from !== undefined && fresh)
    throw new UsageError('--fresh asks nodes now, and a capture holds what they said then');
  if (from !== undefined) return await openCapture(from, node);
  demandRoot(terminal, NEEDS_ROOT, ', or on a capture with --from FILE');
  const { liveHost } = await import('../host/live-host.ts');
  return { host: liveHost({ fresh }), label: 'live' };
}

async function openCapture(path: string, node: string | undefined): Promise<Source> {
  const [{ readCaptureText }, { memoryHost }, { parseCapture }] = await Promise.all([
    import('../host/capture-file.ts'),
    import('../host/memory-host.ts'),
    import('../parse/capture.ts'),
  ]);
  const parsed = parseCapture(await readCaptureText(path));
  if ('complaint' in parsed) throw new UsageError(`${path} ${parsed.complaint}`);
  const { capture } = parsed;
  if (node === undefined) return { host: memoryHost(capture), label: path, capture };
  const ofNode = captureOf(capture, node);
  if ('because' in ofNode)
    throw new UsageError(`${path} holds no capture of node ${printable(node)}: ${ofNode.because}`);
  return { host: memoryHost(ofNode), label: `${path}, node ${node}`, capture: ofNode };
}

/** One node of the capture of a cluster. */
function captureOf(capture: Capture, node: string): Capture | { readonly because: string } {
  const { captures = {}, files } = capture;
  const members = files?.['/etc/pve/.members'];
  const self = members === undefined || isFailure(members) ? null : parseNodeAddresses(decodeText(members))?.self;
  if (node === self) return capture;
  const member = Object.hasOwn(captures, node) ? captures[node] : undefined;
  if (member !== undefined && 'capture' in member) return member.capture;
  if (member !== undefined) return { because: printable(member.notCaptured) };
  const names = [...(self ? [self] : []), ...Object.keys(captures)].map(printable);
  return { because: names.length === 0 ? 'it is of one node' : `its nodes are ${names.join(', ')}` };
}
