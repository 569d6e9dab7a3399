import fc from 'fast-check';
import type { Report } from '../../src/model/report/report.ts';
import { ANY_CHARACTER } from '../data/any-text.ts';
import { goldenReports } from '../data/golden-reports.ts';
import { withTexts } from '../data/hostile-texts.ts';
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

const hostileText = fc.oneof(
  fc.string({ unit: ANY_CHARACTER }),
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

/** Large ones have a test of their own. */
const bases = Object.values(KNOWN_REPORTS).filter(({ entries }) => entries.length < 100);

/** A report in which every text of others is one of these. */
export const anyReport: fc.Arbitrary<Report> = fc
  .tuple(fc.constantFrom(...bases), fc.array(hostileText, { minLength: 1, maxLength: 7 }))
  .map(([base, texts]) => withTexts(base, (_, at) => texts[at % texts.length] ?? ''));
