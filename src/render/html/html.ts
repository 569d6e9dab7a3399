import type { Report } from '../../model/report/report.ts';
import { gradeReason } from '../head-words.ts';
import { type Markup, markup } from '../markup.ts';
import { changesSection } from './changes-section.ts';
import { checksSection, timesSection, unseenSection } from './coverage-section.ts';
import { devicesSection } from './devices-section.ts';
import { guestsSection } from './guests-section.ts';
import { lookupOf } from './lookup.ts';
import { metricsSection } from './metrics-section.ts';
import { mountsSection } from './mounts-section.ts';
import { htmlPage, pageFoot, pageHead } from './page-frame.ts';
import { type Section, section } from './parts.ts';
import { poolsSection } from './pools-section.ts';
import { problemsSection } from './problems-section.ts';
import { SCRIPT } from './script.ts';
import { summarySection } from './summary-section.ts';
import { trendSection } from './trend-section.ts';
import { vmidsSection } from './vmids-section.ts';

const contents = (sections: readonly Section[]): Markup =>
  markup`<nav class="toc" aria-label="Sections of this report"><ul>${sections.map(
    ({ id, title, note }) =>
      markup`<li><a href="#${id}">${title}${/^(?:\d+|\?)$/.test(note) ? markup` <span>${note}</span>` : null}</a></li>
`,
  )}</ul></nav>
`;

/** The whole report as one file that asks for nothing from anywhere. */
export function renderHtml(report: Report): string {
  const lookup = lookupOf(report);
  const sections: readonly Section[] = [
    summarySection(lookup),
    problemsSection(lookup),
    changesSection(lookup),
    guestsSection(lookup),
    vmidsSection(lookup),
    mountsSection(lookup),
    poolsSection(lookup),
    devicesSection(lookup),
    trendSection(lookup),
    metricsSection(lookup),
    unseenSection(lookup),
    checksSection(lookup),
    timesSection(lookup),
  ];
  return htmlPage({
    title: `${report.node}: ${report.status}, ${gradeReason(report)}`,
    skipTo: { id: 'summary', text: 'Skip to the summary' },
    head: pageHead(report),
    body: markup`<div class="wrap frame">
${contents(sections)}<main>
${sections.map(section)}</main>
</div>
`,
    foot: pageFoot(report),
    script: SCRIPT,
  });
}
