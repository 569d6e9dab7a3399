import type { DatabaseSync } from 'node:sqlite';
import type { Severity } from '../model/finding.ts';
import type { Change } from '../model/notify/message.ts';
import type { ChannelState } from '../model/notify/outbox.ts';
import type { OverallStatus, Report } from '../model/report/report.ts';
import { findingKey, type PastRun } from '../model/report/report-history.ts';
import { asPast, BY_URGENCY, EPISODE_COLUMNS, type Episode, toEpisode } from './episodes.ts';
import { fromStored, toStored } from './stored-text.ts';

interface ToldOf {
  readonly run: number;
  readonly at: string;
  readonly status: OverallStatus;
}

/** What a channel was told, and what changed since. The report is the one whose run has just been written. */
export function channelState(db: DatabaseSync, name: string, report: Report): ChannelState {
  const row = db
    .prepare(
      'SELECT told_run AS run, told_at AS at, told_status AS status, digest_at AS digestAt FROM channel WHERE name = ?',
    )
    .get(toStored(name)) as
    | ({ readonly [K in keyof ToldOf]: ToldOf[K] | null } & { readonly digestAt: string | null })
    | undefined;
  const { run = null, at = null, status = null, digestAt = null } = row ?? {};
  const told = run === null || at === null || status === null ? null : { run, at: fromStored(at), status };
  return {
    change: told === null ? everythingIsFresh(report) : changeSince(db, told, report),
    status,
    lastDigestAt: digestAt === null ? null : fromStored(digestAt),
  };
}

const everythingIsFresh = ({ findings }: Report): Change => ({
  ...{ since: null, fresh: findings, shifted: [], resolved: [], notJudged: [] },
});

/** Compares two moments and nothing in between: what came and went meanwhile, or went and came, is no change. */
function changeSince(db: DatabaseSync, told: ToldOf, report: Report): Change {
  const then = stoodAt(db, told.run);
  const present = new Set(report.findings.map(findingKey));
  const open = new Set(
    db
      .prepare('SELECT key FROM finding WHERE ended_run IS NULL')
      .all()
      .map(({ key }) => fromStored(String(key))),
  );
  const gone = [...then.values()].filter(({ episode }) => !present.has(episode.key));
  return {
    since: told.at,
    fresh: report.findings.filter((finding) => !then.has(findingKey(finding))),
    shifted: report.findings.filter((finding) => {
      const before = then.get(findingKey(finding));
      return before !== undefined && before.severity !== finding.severity;
    }),
    resolved: gone.filter(({ episode, ended }) => !open.has(episode.key) && ended === 'resolved').map(pastOf),
    notJudged: gone.filter(({ episode }) => open.has(episode.key)).map(pastOf),
  };
}

interface Stood {
  readonly episode: Episode;
  /** Its severity in that run. */
  readonly severity: Severity;
  readonly ended: string | null;
}

const pastOf = ({ episode }: Stood) => asPast(episode);

/** What stood when a run was written, by key. One key has one open episode at any time. */
function stoodAt(db: DatabaseSync, run: number): ReadonlyMap<string, Stood> {
  const rows = db
    .prepare(
      `SELECT ${EPISODE_COLUMNS}, ended,
        (SELECT severity FROM severity WHERE finding = finding.id AND run <= :run ORDER BY run DESC LIMIT 1) AS severityThen
       FROM finding WHERE first_run <= :run AND (ended_run IS NULL OR ended_run > :run)
       ${BY_URGENCY}`,
    )
    .all({ run });
  return new Map(
    rows.map((row) => {
      const episode = toEpisode(row);
      const { severityThen, ended } = row as { severityThen: Severity | null; ended: string | null };
      return [episode.key, { episode, severity: severityThen ?? episode.severity, ended }];
    }),
  );
}

/** From now on this channel counts from this run. */
export function tellChannel(db: DatabaseSync, name: string, run: PastRun, withDigest: boolean): void {
  const at = toStored(run.takenAt);
  db.prepare(
    `INSERT INTO channel (name, told_run, told_at, told_status, digest_at) VALUES (:name, :run, :at, :status, :digest)
     ON CONFLICT (name) DO UPDATE SET told_run = :run, told_at = :at, told_status = :status,
       digest_at = coalesce(:digest, digest_at)`,
  ).run({ name: toStored(name), run: run.id, at, status: run.status, digest: withDigest ? at : null });
}
