import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { killLoop } from './kill-loop.ts';
import { type PostgresqlServer, postgresqlPrograms, startPostgresql } from './postgresql-server.ts';

/** How often each is killed: `npm run hub:postgresql` says more. */
const KILLS = Number(process.env['HUB_KILLS'] ?? '5');

it('loses nothing that was answered on SQLite when the hub is killed again and again', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pve-doctor-hub-killed-'));
  try {
    expect(await killLoop(`${folder}/hub.db`, KILLS)).toBeGreaterThan(KILLS);
    const database = new DatabaseSync(`${folder}/hub.db`);
    expect(database.prepare('pragma integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
    expect(database.prepare('pragma foreign_key_check').all()).toEqual([]);
    database.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 600_000);

describe.skipIf(postgresqlPrograms() === null)('on PostgreSQL', () => {
  let server: PostgresqlServer;

  beforeAll(async () => {
    server = await startPostgresql();
  }, 60_000);

  afterAll(async () => {
    await server.end();
  }, 60_000);

  it('loses nothing that was answered when the hub is killed again and again', async () => {
    expect(await killLoop(await server.database(), KILLS)).toBeGreaterThan(KILLS);
  }, 600_000);

  it('loses nothing that was answered when the server is killed again and again', async () => {
    expect(await killLoop(await server.database(), KILLS, server.crash)).toBeGreaterThan(KILLS);
  }, 600_000);
});
