import { type CheckResult, isUnjudged, type Report, type SectionResult } from '../model/report/report.ts';
import { duration } from './counted.ts';
import { busyOnes, busyWords, outcomeOf, reasonsOf } from './coverage-words.ts';
import { padEnd, padStart } from './display-width.ts';
import { type Block, bullet, heading, type Page } from './page.ts';
import { printable } from './printable.ts';
import { mark, paintAs } from './severity-mark.ts';
import { hang } from './wrap.ts';

const list = (title: string, sentences: readonly string[], page: Page): Block =>
  sentences.length === 0
    ? []
    : [heading(title, page), ...sentences.flatMap((sentence) => bullet(printable(sentence), page))];

/** What nobody could look at, what that leaves unjudged, and what this machine does not have. */
export const renderCoverage = (report: Report, page: Page): readonly Block[] => [
  list('Could not be seen', report.notSeen, page),
  list('Could not be judged', reasonsOf(report.checks.filter(isUnjudged)), page),
  list('Waits for a task', busyOnes(report.notJudged).map(busyWords), page),
  list('Does not apply here', reasonsOf(report.checks.filter(({ outcome }) => outcome === 'not-applicable')), page),
];

/** For `--verbose`: what became of each check. */
export function renderChecks({ checks }: Report, page: Page): Block {
  if (checks.length === 0) return [];
  const widths = [Math.max(...checks.map(({ code }) => code.length)), 14] as const;
  const lead = (check: CheckResult) => `  ${padEnd(check.code, widths[0])}  ${padEnd(outcomeOf(check), widths[1])}  `;
  return [heading('Checks', page), ...checks.flatMap((check) => hang(lead(check), printable(check.title), page.width))];
}

/** For `--quiet`: findings only, but a check that could not judge is not silence. */
export function renderUnjudged({ checks }: Report, page: Page): Block {
  const codes = checks.filter(isUnjudged).map((check) => check.code);
  if (codes.length === 0) return [];
  const paint = paintAs('unknown', page.style);
  return hang(`${mark('unknown')}  `, `could not be judged: ${codes.join(', ')}`, page.width, paint);
}

function renderSections(sections: readonly SectionResult[], page: Page): Block {
  const width = Math.max(0, ...sections.map((section) => printable(section.name).length));
  return sections.flatMap((section) => {
    const time = padStart(duration(section.durationMs), 9);
    const lead = `  ${padEnd(printable(section.name), width)}  ${padEnd(section.state, 10)}${time}  `;
    return hang(lead, printable(section.because), page.width);
  });
}

/** How long each section took. A replay reads nothing, so it takes no time. */
export function renderTimes(report: Report, page: Page): Block {
  if (report.source !== 'live' || report.sections.length === 0) return [];
  const total = `  Taken in ${duration(report.durationMs)}.`;
  return [heading('Time', page), ...renderSections(report.sections, page), total];
}
