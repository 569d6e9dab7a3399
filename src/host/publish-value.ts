import { gzipSync } from 'node:zlib';
import { isRecord } from '../model/json-shape.ts';
import { PUBLISH_SCRIPT } from './cluster-scripts.ts';
import { feedProgram } from './send-program.ts';

/** As a value of pmxcfs' key/value store: base64 of gzip. A value may hold no NUL, and others than ASCII come out changed. */
export const packRecord = (text: string): string => gzipSync(text, { level: 9 }).toString('base64');

/** A pmxcfs that was stopped makes the call wait 10 s. */
const DEADLINE_MS = 15_000;

/** `absent`: nobody to publish to on this machine. `failed`: a sentence without a full stop. */
export type Publication =
  | { readonly state: 'published' }
  | { readonly state: 'absent' | 'failed'; readonly because: string };

/** Runs the program with a value on its standard input; another one takes its place in tests. */
export type Feed = (args: readonly string[], input: string) => ReturnType<typeof feedProgram>;

const feedPerl: Feed = (args, input) => feedProgram({ program: 'perl', args, input, deadlineMs: DEADLINE_MS });

/**
 * Puts a value of this node into the cluster's key/value store. That it was taken does not say that anybody got it: without a quorum,
 * or with a corosync that is dead or hangs, it is taken all the same.
 */
export async function publishValue(value: string, feed: Feed = feedPerl): Promise<Publication> {
  const result = await feed(['-T', '-e', PUBLISH_SCRIPT], value);
  if (result.outcome === 'not-found') return { state: 'absent', because: 'there is no perl on this node' };
  if (result.outcome === 'timed-out') return { state: 'failed', because: 'pmxcfs did not answer in time' };
  const answer = jsonOf(result.stdout);
  switch (answer['outcome']) {
    case 'published':
      return { state: 'published' };
    case 'missing':
      return { state: 'absent', because: 'this node has no PVE::Cluster' };
    case 'failed':
      return { state: 'failed', because: `pmxcfs did not take it: ${String(answer['detail']).trim().split('\n')[0]}` };
    default:
      return {
        state: 'failed',
        because: `perl ended with ${result.exitCode ?? result.outcome}: ${result.stderr}`.trim(),
      };
  }
}

function jsonOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}
