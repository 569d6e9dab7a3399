import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { MOST_REPORT_BYTES } from '../../model/hub/protocol.ts';
import { isRecord } from '../../model/json-shape.ts';
import type { Report } from '../../model/report/report.ts';
import { READ_VERSION } from '../receive/read-report.ts';
import type { HubStore } from '../store/hub-store.ts';

const gunzipped = promisify(gunzip);

/** What a node sent last, where this version can read it. */
export async function newestReport(store: Pick<HubStore, 'body'>, nodeId: string): Promise<Report | null> {
  const body = await store.body(nodeId);
  if (body === null) return null;
  const json = await gunzipped(body, { maxOutputLength: MOST_REPORT_BYTES });
  const report: unknown = JSON.parse(json.toString('utf8'));
  // It was held to the schema of its version when it came.
  return isRecord(report) && report['schemaVersion'] === READ_VERSION ? (report as unknown as Report) : null;
}
