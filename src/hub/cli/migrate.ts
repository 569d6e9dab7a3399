import { UsageError } from '../../model/faults.ts';
import { migrateTo } from '../store/migrate.ts';
import { openEngine } from '../store/open-store.ts';
import { SCHEMA_VERSIONS } from '../store/versions/all-versions.ts';
import { POSTGRESQL_WORDS, SQLITE_WORDS } from '../store/versions/schema-version.ts';
import type { HubTerminal } from './hub-terminal.ts';
import { addressOf, type ConfigOptions, configOf, passwordOf } from './with-store.ts';

interface MigrateOptions extends ConfigOptions {
  readonly to?: string;
}

/** Opening brings the database to the newest schema; from there it goes back, where that was asked. */
export async function runMigrate(options: MigrateOptions, terminal: HubTerminal): Promise<number> {
  const { store } = await configOf(options, terminal);
  const { to } = options;
  const versions = Object.keys(SCHEMA_VERSIONS);
  if (to !== undefined && to !== 'none' && !versions.includes(to))
    throw new UsageError(`--to is none or one of the versions that this hub knows: ${versions.join(', ')}`);
  const engine = await openEngine(addressOf(store), passwordOf(store));
  try {
    const words = engine.name === 'sqlite' ? SQLITE_WORDS : POSTGRESQL_WORDS;
    if (to !== undefined) await migrateTo(engine.database, words, to === 'none' ? null : to);
  } finally {
    await engine.close();
  }
  await terminal.print(
    to === 'none' ? 'nothing of the hub is in this database any more\n' : `schema ${to ?? versions.at(-1)}\n`,
  );
  return 0;
}
