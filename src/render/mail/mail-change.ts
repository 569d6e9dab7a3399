import type { ReportedFinding } from '../../model/finding.ts';
import type { Change } from '../../model/notify/message.ts';
import type { PastFinding } from '../../model/report/report-history.ts';
import { instant } from '../counted.ts';
import { clip, MOST } from '../message/clip.ts';
import { day, type Told } from '../message/told.ts';
import { type ChangeContent, type List, listed } from './mail-content.ts';

const MOST_LINES = 10;

const present = ({ code, severity, title }: ReportedFinding): string =>
  `${code}, ${severity}: ${clip(title, MOST.title)}`;

const past = ({ code, severity, title, since }: PastFinding): string =>
  `${code}, ${severity}: ${clip(title, MOST.title)}, seen since ${day(since)}`;

const lists = (change: Change): ChangeContent['lists'] => {
  const all: readonly (readonly [string, List<string>])[] = [
    ['New', listed(change.fresh, MOST_LINES, present)],
    ['Severity changed', listed(change.shifted, MOST_LINES, present)],
    ['Resolved', listed(change.resolved, MOST_LINES, past)],
    ['Stood then, could not be looked at now: not known to be resolved', listed(change.notJudged, MOST_LINES, past)],
  ];
  return all.filter(([, { total }]) => total > 0).map(([title, lines]) => ({ title, lines }));
};

/** What became of the findings since this channel was last told; null where it was told nothing before. */
export function changeContent(change: Change, told: Told): ChangeContent | null {
  if (change.since === null) return null;
  const counts = [
    `${change.fresh.length} new`,
    ...(change.shifted.length === 0 ? [] : [`${change.shifted.length} with another severity`]),
    `${told.standing.length} standing`,
    `${change.resolved.length} resolved`,
    ...(change.notJudged.length === 0 ? [] : [`${change.notJudged.length} that could not be looked at again`]),
  ];
  return {
    title: `Since the report of ${clip(instant(change.since), MOST.name)}`,
    counts: `${counts.join(', ')}.`,
    lists: lists(change),
  };
}
