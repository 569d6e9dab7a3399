import fc from 'fast-check';
import type { Report } from '../../src/model/report/report.ts';
import { goldenReports } from '../data/golden-reports.ts';
import { largeReport } from '../data/large-report.ts';
import {
  emptyReport,
  HOSTILE,
  healthyReport,
  hostileReport,
  troubledReport,
  unknownReport,
} from '../data/sample-report.ts';

/** Every report that this repository has, by name. */
export const KNOWN_REPORTS: Readonly<Record<string, Report>> = {
  ...goldenReports,
  untold: { ...troubledReport, trouble: [{ channel: 'mail', because: 'has taken nothing since 2026-11-18' }] },
  ...{ emptyReport, healthyReport, hostileReport, largeReport, troubledReport, unknownReport },
};

/** Values of these decide something; every other text of a report is somebody's choice. */
const CLOSED = new Set([
  'code',
  'severity',
  'outcome',
  'status',
  'state',
  'class',
  'inUse',
  'grade',
  'kind',
  'type',
  'certainty',
  'takenAt',
  'section',
  'schemaVersion',
  'exitCode',
  'errorClass',
  'action',
  'offered',
]);

const hostileText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom(
      '\\',
      'n',
      '"',
      "'",
      '|',
      '=',
      '\n',
      '\r',
      '{',
      '}',
      ';',
      ' ',
      '\ud800',
      '<',
      '$',
      '\u2028',
      'é',
      '😀',
    ),
  }),
  fc.constantFrom(
    HOSTILE,
    '',
    ' ',
    '# TYPE x gauge',
    'up 1\nup 2',
    '0 "OK" - fine',
    '| a=1',
    '\\n2 CRITICAL',
    'x'.repeat(5000),
    '😀'.repeat(900),
  ),
);

/** A report in which every free text is one of these, and so is some number. */
function withTexts(report: Report, texts: readonly string[], numbers: readonly (number | null)[]): Report {
  let at = 0;
  const change = (value: unknown, key: string): unknown => {
    at += 1;
    if (Array.isArray(value)) return value.map((item: unknown) => change(item, key));
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, change(inner, name)]));
    if (CLOSED.has(key)) return value;
    if (typeof value === 'string') return texts[at % texts.length];
    if (typeof value === 'number' && key !== 'vmid' && at % 3 === 0) return numbers[at % numbers.length] ?? value;
    return value;
  };
  return change(report, '') as Report;
}

/** Large ones have a test of their own. */
const bases = Object.values(KNOWN_REPORTS).filter(({ entries }) => entries.length < 100);

export const anyReport: fc.Arbitrary<Report> = fc
  .tuple(
    fc.constantFrom(...bases),
    fc.array(hostileText, { minLength: 1, maxLength: 7 }),
    fc.array(fc.oneof(fc.nat(), fc.double({ min: 0, max: 1e18, noNaN: true }), fc.constant(0.1 + 0.2)), {
      minLength: 1,
      maxLength: 5,
    }),
  )
  .map(([base, texts, numbers]) => withTexts(base, texts, numbers));
