import { UsageError } from '../../model/faults.ts';
import { importStore } from '../store/import-store.ts';
import { openEngine } from '../store/open-store.ts';
import { openSqliteAlone } from '../store/sqlite.ts';
import type { HubTerminal } from './hub-terminal.ts';
import { addressOf, type ConfigOptions, configOf, passwordOf, whoIsHere, withStore } from './with-store.ts';

/** From the embedded store to the PostgreSQL of the configuration. */
export async function runImport(file: string, options: ConfigOptions, terminal: HubTerminal): Promise<number> {
  const { store } = await configOf(options, terminal);
  if (store.engine === 'sqlite')
    throw new UsageError(
      'the configuration names no PostgreSQL to import into: set store.postgresql. A file of SQLite is moved as a file.',
    );
  const source = await openSqliteAlone(file);
  try {
    const engine = await openEngine(addressOf(store), passwordOf(store));
    try {
      const { node, account, run, problem } = await importStore(source, engine);
      await terminal.print(`imported ${node} nodes, ${account} users, ${problem} open problems and ${run} looks\n`);
    } finally {
      await engine.close();
    }
  } finally {
    await source.destroy();
  }
  await withStore(options, terminal, (opened) =>
    opened.audit({ at: new Date().toISOString(), who: whoIsHere(), action: 'import', detail: file }),
  );
  return 0;
}
