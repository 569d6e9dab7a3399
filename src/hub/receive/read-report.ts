import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import schema from '../../../docs/report.schema.json' with { type: 'json' };
import { isRecord } from '../../model/json-shape.ts';
import type { Report } from '../../model/report/report.ts';
import { printable } from '../../render/printable.ts';
import type { ReportDigest } from '../store/hub-store.ts';
import { structureComplaint } from './bounded-json.ts';
import { digestOf } from './digest.ts';
import { futureDigest } from './future-digest.ts';

/** The version of docs/report.schema.json that this hub reads in full. */
export const READ_VERSION = 1;

/** A report that is taken, or the sentence that says why it never will be. */
export type ReadReport = { readonly digest: ReportDigest } | { readonly wrong: string };

/** Compiled once: it takes longer than the reports of a minute. The first fault ends it, since a body may be all faults. */
const isReport = new Ajv2020({ strict: false, allErrors: false, validateFormats: false }).compile<Report>(schema);

/** What the report of that node says, whose bytes are already what the node signed. Never throws. */
export function readReport(json: Uint8Array, node: string, takenAt: string): ReadReport {
  const structure = structureComplaint(json);
  if (structure !== null) return { wrong: structure };
  const value = parsed(json);
  if (value === undefined) return { wrong: 'the body is not JSON in UTF-8' };
  if (!isRecord(value)) return { wrong: 'the body is not a JSON object' };
  const { schemaVersion } = value;
  if (typeof schemaVersion !== 'number' || !Number.isInteger(schemaVersion) || schemaVersion < READ_VERSION)
    return { wrong: `schemaVersion must be ${READ_VERSION} or more` };
  if (value['node'] !== node) return { wrong: `the report is of another node than the one that enrolled, ${node}` };
  if (typeof value['takenAt'] !== 'string' || Date.parse(value['takenAt']) !== Date.parse(takenAt))
    return { wrong: 'takenAt of the report is not the time in the path' };
  const tooMuch = tooMuchIn(value);
  if (tooMuch !== null) return { wrong: tooMuch };
  if (schemaVersion > READ_VERSION) return { digest: futureDigest(value, schemaVersion) };
  return isReport(value) ? { digest: digestOf(value) } : { wrong: complaintOf(isReport.errors?.[0]) };
}

/** More than any node has, and as much as a hub reads in some seconds. */
const MOST: Readonly<Record<string, number>> = {
  ...{ problems: 10_000, findings: 50_000, entries: 50_000, guests: 20_000, leftovers: 20_000, mounts: 20_000 },
};

function tooMuchIn(report: Readonly<Record<string, unknown>>): string | null {
  for (const [name, most] of Object.entries(MOST)) {
    const list = report[name];
    if (Array.isArray(list) && list.length > most)
      return `the report has ${list.length} ${name}; a hub takes reports of up to ${most}`;
  }
  return null;
}

/** A parser's message would quote the body. */
function parsed(json: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json));
  } catch {
    return undefined;
  }
}

const complaintOf = (error: ErrorObject | undefined): string => {
  const place = printable(error?.instancePath ?? '').slice(0, 200);
  return `the report does not follow docs/report.schema.json: ${place === '' ? 'the report' : place} ${error?.message ?? 'is wrong'}`;
};
