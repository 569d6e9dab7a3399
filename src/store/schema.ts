/** `pvdr`: says whose file it is (sqlite.org/fileformat2.html, offset 68). */
export const APPLICATION_ID = 0x70766472;

/**
 * The steps from one version of the schema to the next, the first one from an empty file. A step that was released is never
 * changed: a new version is a new step. `PRAGMA user_version` says how many were taken.
 */
export const MIGRATIONS: readonly string[] = [
  `
CREATE TABLE run (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  taken_at TEXT NOT NULL,
  node TEXT NOT NULL,
  tool_version TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('healthy', 'warning', 'critical', 'unknown')),
  exit_code INTEGER NOT NULL CHECK (exit_code BETWEEN 0 AND 3),
  grade TEXT NOT NULL CHECK (grade IN ('A+', 'B', 'C', 'D', 'F', '?')),
  score INTEGER,
  critical INTEGER NOT NULL,
  warnings INTEGER NOT NULL,
  notices INTEGER NOT NULL
) STRICT;

-- One row for each time that a finding stood, from the first run that saw it to the run that ended it.
CREATE TABLE finding (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  key TEXT NOT NULL,
  code TEXT NOT NULL,
  severity TEXT NOT NULL CHECK (severity IN ('critical', 'warning', 'notice')),
  subject_kind TEXT NOT NULL,
  subject_id TEXT NOT NULL,
  title TEXT NOT NULL,
  vmid INTEGER,
  first_run INTEGER NOT NULL,
  first_at TEXT NOT NULL,
  last_run INTEGER NOT NULL,
  last_at TEXT NOT NULL,
  ended_run INTEGER,
  -- resolved: its check looked and did not find it; retired: there is no such check any more.
  ended TEXT CHECK (ended IN ('resolved', 'retired')),
  CHECK ((ended_run IS NULL) = (ended IS NULL))
) STRICT;
CREATE UNIQUE INDEX finding_open ON finding (key) WHERE ended_run IS NULL;
CREATE INDEX finding_ended ON finding (ended_run) WHERE ended_run IS NOT NULL;

-- Its severity from that run on.
CREATE TABLE severity (
  finding INTEGER NOT NULL REFERENCES finding (id) ON DELETE CASCADE,
  run INTEGER NOT NULL,
  severity TEXT NOT NULL CHECK (severity IN ('critical', 'warning', 'notice')),
  PRIMARY KEY (finding, run)
) STRICT, WITHOUT ROWID;

-- The run from which on a channel counts what changed, and when it had its last digest.
CREATE TABLE channel (
  name TEXT PRIMARY KEY,
  told_run INTEGER,
  told_at TEXT,
  told_status TEXT,
  digest_at TEXT
) STRICT;

CREATE TABLE message (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL,
  channel TEXT NOT NULL,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'sent', 'given-up')),
  created_at TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  next_attempt_at TEXT,
  ended_at TEXT,
  last_error TEXT NOT NULL,
  -- JSON of the message, gzip.
  body BLOB NOT NULL,
  UNIQUE (id, channel),
  CHECK ((state = 'pending') = (next_attempt_at IS NOT NULL))
) STRICT;
CREATE INDEX message_pending ON message (channel, number) WHERE state = 'pending';
`,
];

export const SCHEMA_VERSION = MIGRATIONS.length;

/** What a database of this version has; without any of them nothing could be kept in it, ever. */
export const TABLES = ['run', 'finding', 'severity', 'channel', 'message'] as const;
