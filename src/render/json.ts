import type { Report } from '../model/report/report.ts';
import { UNPRINTABLE } from './printable.ts';
import { type AnyShape, REPORT_SHAPE } from './report-shape.ts';

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** The value with its keys in the order of the shape, and no others. */
function ordered(value: unknown, shape: AnyShape): unknown {
  if (Array.isArray(value)) {
    const element = Array.isArray(shape) ? (shape[0] ?? null) : null;
    return value.map((item) => ordered(item, element));
  }
  if (!isObject(value) || shape === null) return value;
  const own: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(shape)) if (key in value) own[key] = ordered(value[key], inner);
  return own;
}

/** Line breaks are the document's own; JSON.stringify has escaped every other control character below U+0020. */
const NOT_FOR_JSON = new RegExp(`(?!\\n)(?:${UNPRINTABLE.source})`, UNPRINTABLE.flags);

const escapeUnits = (text: string): string =>
  [...Array(text.length).keys()].map((at) => unitEscape(text.charCodeAt(at))).join('');

const unitEscape = (unit: number): string => `\\u${unit.toString(16).padStart(4, '0')}`;

/** JSON that is harmless on a terminal whatever the names in it are. */
export const harmlessJson = (value: unknown): string =>
  `${JSON.stringify(value, null, 2).replace(NOT_FOR_JSON, escapeUnits)}\n`;

/** The same on one line, for programs that only hand it on. */
export const compactJson = (value: unknown): string => JSON.stringify(value).replace(NOT_FOR_JSON, escapeUnits);

/** The report as JSON (docs/report.schema.json) that is harmless on a terminal whatever the names on the node are. */
export const renderJson = (report: Report): string => harmlessJson(ordered(report, REPORT_SHAPE));
