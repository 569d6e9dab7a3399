import { type CheckOutcome, type CheckResult, isUnjudged, type SectionResult } from '../../model/report/report.ts';
import { counted, duration } from '../counted.ts';
import { busyOnes, busyWords, outcomeOf, reasonsOf } from '../coverage-words.ts';
import { type Markup, markup } from '../markup.ts';
import type { Lookup } from './lookup.ts';
import { badge, bar, left, type Section, table } from './parts.ts';

const MOST_SENTENCES = 200;

/** What nobody could look at, and what that leaves unjudged. */
export function unseenSection({ report }: Lookup): Section {
  const unjudged = reasonsOf(report.checks.filter(isUnjudged));
  const others = reasonsOf(report.checks.filter(({ outcome }) => outcome === 'not-applicable'));
  const busy = busyOnes(report.notJudged).map(busyWords);
  const nothing = report.notSeen.length + unjudged.length + busy.length === 0;
  return {
    id: 'unseen',
    title: 'What could not be seen',
    note: nothing ? '' : `${report.notSeen.length + unjudged.length + busy.length}`,
    folded: nothing && report.checks.length > 0,
    body: markup`${nothing ? markup`<p>${report.checks.length === 0 ? 'No check was run, so nothing was looked at.' : 'Every check that applies here could look at all that it needs.'}</p>` : null}${list('Could not be seen', report.notSeen)}${list('Could not be judged', unjudged)}${list('Waits for a task', busy)}${list('Does not apply here', others)}`,
  };
}

const list = (title: string, sentences: readonly string[]): Markup | null =>
  sentences.length === 0
    ? null
    : markup`<h3>${title}</h3>
<ul class="list">${sentences.slice(0, MOST_SENTENCES).map((sentence) => markup`<li>${sentence}</li>\n`)}</ul>${left(sentences.length - MOST_SENTENCES, 'of these')}`;

const TONES = { clean: 'healthy', busy: 'waiting', unknown: 'unknown', found: 'warning' } as const;

function outcome(check: CheckResult, lookup: Lookup): Markup {
  const text = outcomeOf(check);
  if (check.outcome === 'not-applicable') return markup`<span class="soft">${text}</span>`;
  const found = lookup.report.findings.find(({ code }) => code === check.code);
  const verdict = badge(found?.severity ?? TONES[check.outcome], text);
  return check.outcome === 'found' && isUnjudged(check)
    ? markup`${verdict} ${badge('unknown', 'not all judged')}`
    : verdict;
}

const ORDER: readonly CheckOutcome[] = ['found', 'unknown', 'clean', 'not-applicable'];

/** What became of each check. */
export function checksSection(lookup: Lookup): Section {
  const { checks } = lookup.report;
  const rows = checks
    .toSorted((a, b) => ORDER.indexOf(a.outcome) - ORDER.indexOf(b.outcome))
    .map(
      (check) =>
        markup`<tr><th scope="row"><span class="code">${check.code}</span></th><td>${check.title}${check.because === '' ? null : markup`<span class="src">${check.because}</span>`}</td><td>${outcome(check, lookup)}</td></tr>`,
    );
  const columns = ['Code', 'Looks for', 'Outcome'].map((title) => ({ title }));
  return {
    id: 'checks',
    title: 'Checks',
    note: `${checks.length}`,
    folded: true,
    body:
      checks.length === 0
        ? markup`<p>No check was run.</p>`
        : table({ id: 'check-table', caption: counted(checks.length, 'check'), columns, rows }),
  };
}

/** How long each section took to read. A replay reads nothing, so its times say nothing. */
export function timesSection({ report }: Lookup): Section {
  const { sections, durationMs, source } = report;
  const longest = Math.max(1, ...sections.map((one) => one.durationMs));
  const row = (one: SectionResult): Markup => {
    const state = one.state === 'unreadable' ? badge('unknown', one.state) : markup`${one.state}`;
    return markup`<tr><th scope="row">${one.name}</th><td>${state}${one.because === '' ? null : markup`<span class="src">${one.because}</span>`}</td><td class="num">${duration(one.durationMs)}</td><td class="wide">${bar((100 * one.durationMs) / longest)}</td></tr>`;
  };
  const columns = [{ title: 'Section' }, { title: 'State' }, { title: 'Time', numeric: true }, { title: 'Share' }];
  const live = source === 'live';
  return {
    id: 'times',
    title: 'How long it took',
    note: live ? duration(durationMs) : '',
    folded: true,
    body: markup`<p>${live ? `Read in ${duration(durationMs)}, several sections at the same time.` : 'This report was made from a recording, which takes no time to read.'}</p>
${sections.length === 0 ? null : table({ id: 'time-table', caption: counted(sections.length, 'section'), columns, rows: sections.toSorted((a, b) => b.durationMs - a.durationMs).map(row) })}`,
  };
}
