/** `pvdr`: says whose file it is (sqlite.org/fileformat2.html, offset 68). */
export const APPLICATION_ID = 0x70766472;

/** `PRAGMA user_version`. A file of an older version counted findings where this one counts problems: it is set aside. */
export const SCHEMA_VERSION = 2;

export const SCHEMA = `
CREATE TABLE run (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  taken_at TEXT NOT NULL,
  -- Says whether a database is the one that was written last.
  uuid TEXT NOT NULL,
  node TEXT NOT NULL,
  tool_version TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('healthy', 'waiting', 'warning', 'critical', 'unknown')),
  exit_code INTEGER NOT NULL CHECK (exit_code BETWEEN 0 AND 3),
  grade TEXT NOT NULL CHECK (grade IN ('A+', 'B', 'C', 'D', 'F', '?')),
  score INTEGER,
  critical INTEGER NOT NULL,
  warnings INTEGER NOT NULL,
  notices INTEGER NOT NULL
) STRICT;

-- Of the newest run only: the picture that later runs are compared with, and the report that messages are made from.
-- JSON, gzip.
CREATE TABLE newest (
  name TEXT PRIMARY KEY,
  body BLOB NOT NULL
) STRICT;

-- What each channel took last, and what waits for it. JSON, gzip.
CREATE TABLE channel (
  name TEXT PRIMARY KEY,
  body BLOB NOT NULL
) STRICT;
`;

/** What a database of this version has; without any of them nothing could be kept in it, ever. */
export const TABLES = ['run', 'newest', 'channel'] as const;
