import { isUnjudged, type Report } from '../../model/report/report.ts';
import { executiveSummary } from '../executive-summary.ts';
import { type Markup, markup } from '../markup.ts';
import { summaryRows } from '../summary-rows.ts';
import { badge, join, prose, type Section, type Tone } from './parts.ts';

/** Zero is quiet: only what is there has a colour. */
const tile = (label: string, count: number, tone: Tone): Markup =>
  markup`<div class="${tone}${count > 0 ? ' on' : ''}"><dt>${label}</dt><dd>${count}</dd></div>`;

/** The report in a paragraph, then in numbers. */
export function summarySection(report: Report): Section {
  const [verdict = '', ...sentences] = executiveSummary(report);
  const { critical, warnings, notices } = report.summary;
  const told = markup`<p class="lead">${prose(verdict)}</p>
${sentences.length === 0 ? null : markup`<p>${join(sentences.map(prose), ' ')}</p>`}`;
  return {
    id: 'summary',
    title: 'Executive summary',
    note: '',
    body: markup`${report.score === null ? markup`<div class="told unknown">${badge('unknown', 'No grade')}${told}</div>` : told}
<dl class="tiles">${tile('Critical', critical, 'critical')}${tile('Warnings', warnings, 'warning')}${tile('Notices', notices, 'notice')}${tile('Checks not judged', report.checks.filter(isUnjudged).length, 'unknown')}</dl>
<dl class="pairs">${summaryRows(report).map(
      ({ label, count, note, tone }) =>
        markup`<div><dt>${label}</dt><dd>${count ?? 'not known'}</dd>${note === '' ? null : markup`<dd class="note">${tone === null ? note : badge(tone, note)}</dd>`}</div>
`,
    )}</dl>
`,
  };
}
