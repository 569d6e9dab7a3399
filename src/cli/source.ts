import type { Host } from '../host/host.ts';
import { UsageError } from '../model/faults.ts';
import { demandRoot, type Terminal } from './terminal.ts';

/** Device-mapper above all, but also configurations and what processes have open. */
export const NEEDS_ROOT = 'reading a node needs root';

/** Where a command reads from: this machine, or a capture. */
export interface Source {
  readonly host: Host;
  /** `live`, or the capture's file name. */
  readonly label: string;
}

/** Opens a capture, or this machine, which needs root. */
export async function openSource(from: string | undefined, terminal: Terminal, fresh = false): Promise<Source> {
  if (from !== undefined && fresh)
    throw new UsageError('--fresh asks nodes now, and a capture holds what they said then');
  if (from !== undefined) return { host: await openCapture(from), label: from };
  demandRoot(terminal, NEEDS_ROOT, ', or on a capture with --from FILE');
  const { liveHost } = await import('../host/live-host.ts');
  return { host: liveHost({ fresh }), label: 'live' };
}

async function openCapture(path: string): Promise<Host> {
  const [{ readCaptureText }, { memoryHost }, { parseCapture }] = await Promise.all([
    import('../host/capture-file.ts'),
    import('../host/memory-host.ts'),
    import('../parse/capture.ts'),
  ]);
  const parsed = parseCapture(await readCaptureText(path));
  if ('complaint' in parsed) throw new UsageError(`${path} ${parsed.complaint}`);
  return memoryHost(parsed.capture);
}
