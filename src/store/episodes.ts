import type { DatabaseSync } from 'node:sqlite';
import type { CheckCode, ReportedFinding, Severity, Subject } from '../model/finding.ts';
import { type Fate, fateIn } from '../model/report/past-findings.ts';
import type { Report } from '../model/report/report.ts';
import { findingKey, type PastFinding, type PastRun } from '../model/report/report-history.ts';
import { StoreProblem } from './store-problem.ts';
import { fromStored, toStored } from './stored-text.ts';

/** The time that a finding stands, from the first run that saw it to the one that ended it. */
export interface Episode extends PastFinding {
  readonly id: number;
}

/** What a report means for the findings that stood before it. */
export interface Comparison {
  /** By key: the episode that goes on. */
  readonly standing: ReadonlyMap<string, Episode>;
  /** By key: the first of each key; a report that says one thing twice counts once. */
  readonly present: ReadonlyMap<string, ReportedFinding>;
  readonly gone: Readonly<Record<Fate, readonly Episode[]>>;
}

interface EpisodeRow {
  readonly id: number;
  readonly key: string;
  readonly code: string;
  readonly severity: Severity;
  readonly kind: string;
  readonly subject: string;
  readonly title: string;
  readonly vmid: number | null;
  readonly firstAt: string;
  readonly lastAt: string;
}

export const EPISODE_COLUMNS = `id, key, code, severity, subject_kind AS kind, subject_id AS subject, title, vmid,
  first_at AS firstAt, last_at AS lastAt`;

/** As people read them: the most urgent first. */
export const BY_URGENCY = `ORDER BY severity = 'notice', severity = 'warning', code, subject_id, id`;

/** Codes and kinds of a later version are passed on as they are; everybody shows them as text. */
export function toEpisode(row: object): Episode {
  const { id, key, code, severity, kind, subject, title, vmid, firstAt, lastAt } = row as EpisodeRow;
  if (!SEVERITIES.includes(severity)) throw new StoreProblem(`the history is damaged: finding ${id} makes no sense`);
  return {
    ...{ id, severity, vmid, key: fromStored(key), code: fromStored(code) as CheckCode, title: fromStored(title) },
    subject: { kind: fromStored(kind) as Subject['kind'], id: fromStored(subject) },
    ...{ since: fromStored(firstAt), lastSeen: fromStored(lastAt) },
  };
}

const SEVERITIES: readonly Severity[] = ['critical', 'warning', 'notice'];

export const asPast = ({ id: _, ...finding }: Episode): PastFinding => finding;

export function compareWithStanding(db: DatabaseSync, report: Report): Comparison {
  const open = db
    .prepare(`SELECT ${EPISODE_COLUMNS} FROM finding WHERE ended_run IS NULL ${BY_URGENCY}`)
    .all()
    .map(toEpisode);
  const present = new Map<string, ReportedFinding>();
  for (const finding of report.findings) {
    const key = findingKey(finding);
    if (!present.has(key)) present.set(key, finding);
  }
  const fate = fateIn(report);
  const gone: Record<Fate, Episode[]> = { resolved: [], 'not-judged': [], retired: [] };
  const standing = new Map<string, Episode>();
  for (const episode of open) {
    if (present.has(episode.key)) standing.set(episode.key, episode);
    else gone[fate(episode)].push(episode);
  }
  return { standing, present, gone };
}

/** Writes what a run saw and did not see. */
export function updateEpisodes(db: DatabaseSync, run: PastRun, { standing, present, gone }: Comparison): void {
  const begin = db.prepare(`INSERT INTO finding
    (key, code, severity, subject_kind, subject_id, title, vmid, first_run, first_at, last_run, last_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const goOn = db.prepare(
    'UPDATE finding SET severity = ?, title = ?, first_at = ?, last_run = ?, last_at = ? WHERE id = ?',
  );
  const shift = db.prepare('INSERT INTO severity (finding, run, severity) VALUES (?, ?, ?)');
  const at = toStored(run.takenAt);
  for (const [key, finding] of present) {
    const { severity, subject, vmid } = finding;
    const title = toStored(finding.title);
    const episode = standing.get(key);
    if (episode === undefined) {
      const texts = [key, finding.code, severity, subject.kind, subject.id].map(toStored);
      const { lastInsertRowid } = begin.run(...texts, title, vmid, run.id, at, run.id, at);
      shift.run(lastInsertRowid, run.id, severity);
    } else {
      goOn.run(severity, title, toStored(earlier(episode.since, run.takenAt)), run.id, at, episode.id);
      if (episode.severity !== severity) shift.run(episode.id, run.id, severity);
    }
  }
  const end = db.prepare('UPDATE finding SET ended_run = ?, ended = ? WHERE id = ?');
  for (const fate of ['resolved', 'retired'] as const) for (const { id } of gone[fate]) end.run(run.id, fate, id);
}

/** A clock that was set back must not make a finding stand since tomorrow. */
export const earlier = (a: string, b: string): string => (Date.parse(b) < Date.parse(a) ? b : a);
