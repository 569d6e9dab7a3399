import { gunzipSync } from 'node:zlib';
import { MOST_REPORT_BYTES } from '../../model/hub/protocol.ts';
import { type ReadReport, readReport } from './read-report.ts';

/** As a node sent it, whose signature was right. */
export interface PackedReport {
  readonly gzip: Uint8Array;
  /** The name that the node enrolled with. */
  readonly node: string;
  readonly takenAt: string;
}

/** What it says; or that its gzip will never be taken, with the status. */
export type ReadPacked = ReadReport | { readonly damaged: string } | { readonly tooLarge: string };

/** Unpacks and reads a report; a bomb ends at the limit. Takes seconds for the largest ones. */
export function readPacked({ gzip, node, takenAt }: PackedReport): ReadPacked {
  let json: Uint8Array;
  try {
    json = gunzipSync(gzip, { maxOutputLength: MOST_REPORT_BYTES });
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'
      ? { tooLarge: `the report is larger than ${MOST_REPORT_BYTES} bytes` }
      : { damaged: 'the body is not gzip, or is damaged' };
  }
  return readReport(json, node, takenAt);
}
