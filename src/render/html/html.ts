import { createHash } from 'node:crypto';
import type { Report } from '../../model/report/report.ts';
import { gradeReason } from '../head-words.ts';
import { htmlText, type Markup, markup, trusted } from '../markup.ts';
import { changesSection } from './changes-section.ts';
import { checksSection, timesSection, unseenSection } from './coverage-section.ts';
import { devicesSection } from './devices-section.ts';
import { guestsSection } from './guests-section.ts';
import { lookupOf } from './lookup.ts';
import { metricsSection } from './metrics-section.ts';
import { mountsSection } from './mounts-section.ts';
import { pageFoot, pageHead } from './page-frame.ts';
import { type Section, section } from './parts.ts';
import { poolsSection } from './pools-section.ts';
import { problemsSection } from './problems-section.ts';
import { SCRIPT } from './script.ts';
import { BASE_STYLE } from './style-base.ts';
import { PART_STYLE } from './style-parts.ts';
import { PRINT_STYLE } from './style-print.ts';
import { summarySection } from './summary-section.ts';
import { trendSection } from './trend-section.ts';
import { vmidsSection } from './vmids-section.ts';

const STYLE = BASE_STYLE + PART_STYLE + PRINT_STYLE;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64');

/** Nothing is loaded, sent or framed, and no style and no script runs but these two. */
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${sha256(STYLE)}'`,
  `script-src 'sha256-${sha256(SCRIPT)}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

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
  return htmlText(markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<meta name="format-detection" content="telephone=no">
<title>${report.node}: ${report.status}, ${gradeReason(report)} - pve-doctor</title>
<style>${trusted(STYLE)}</style>
</head>
<body id="top">
<a class="skip" href="#summary">Skip to the summary</a>
${pageHead(report)}<div class="wrap frame">
${contents(sections)}<main>
${sections.map(section)}</main>
</div>
${pageFoot(report)}<p id="said" class="vh" role="status"></p>
<script>${trusted(SCRIPT)}</script>
</body>
</html>
`);
}
