import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { Report } from '../../src/model/report/report.ts';
import { readCapture, reportOf } from '../capture-files.ts';

/** What the simulated nodes say: real reports, which differ from node to node in their first two fields alone. */
export interface Message {
  readonly body: Uint8Array;
  readonly contentDigest: string;
}

export type MessageOf = (kind: 'sick' | 'sick-changed' | 'well', node: string, takenAt: string) => Message;

/**
 * `sick` is the report of a capture with 11 problems (33 kB), `sick-changed` the same with one of them gone, `well` a report of 28 kB
 * whose problems were taken out. Two members of gzip one after the other, which is gzip too, so that no time goes into packing.
 */
export async function messages(): Promise<{ readonly messageOf: MessageOf; readonly sizes: readonly string[] }> {
  const sick = await reportOf(readCapture('volumes-left-behind-whole'));
  const well = await reportOf(readCapture('healthy-mixed-node'));
  const rests = {
    sick: restOf(sick),
    'sick-changed': restOf({ ...sick, problems: sick.problems.slice(1) }),
    well: restOf({ ...well, problems: [] }),
  };
  const packed = Object.fromEntries(Object.entries(rests).map(([kind, rest]) => [kind, gzipSync(rest, { level: 9 })]));
  const sizes = Object.entries(rests).map(([kind, rest]) => `${kind} ${rest.length} B, gzip ${packed[kind]?.length} B`);
  return {
    sizes,
    messageOf: (kind, node, takenAt) => {
      const first = gzipSync(`{"node":${JSON.stringify(node)},"takenAt":${JSON.stringify(takenAt)},`, { level: 1 });
      return { body: Buffer.concat([first, packed[kind] ?? first]), contentDigest: contentOf(kind) };
    },
  };
}

export const contentOf = (kind: string): string => createHash('sha256').update(kind).digest('hex');

function restOf({ node: _node, takenAt: _takenAt, ...rest }: Report): string {
  return JSON.stringify(rest).slice(1);
}
