import { afterAll, afterEach, beforeAll, describe } from 'vitest';
import type { HubStore } from '../../../src/hub/store/hub-store.ts';
import { openStore } from '../../../src/hub/store/open-store.ts';
import { lawsOfAccounts } from './laws-of-accounts.ts';
import { lawsOfAcknowledgements } from './laws-of-acknowledgements.ts';
import { lawsOfEnrolment } from './laws-of-enrolment.ts';
import { lawsOfMaintenance } from './laws-of-maintenance.ts';
import { lawsOfPages } from './laws-of-pages.ts';
import { lawsOfReports } from './laws-of-reports.ts';
import { type PostgresqlServer, postgresqlPrograms, startPostgresql } from './postgresql-server.ts';

const opened: HubStore[] = [];
let server: PostgresqlServer;

async function empty(): Promise<HubStore> {
  const store = await openStore(await server.database());
  opened.push(store);
  return store;
}

describe.skipIf(postgresqlPrograms() === null)('a store on PostgreSQL', () => {
  beforeAll(async () => {
    server = await startPostgresql({ fsync: false });
  }, 60_000);

  afterEach(async () => {
    for (const store of opened.splice(0)) await store.close();
  });

  afterAll(async () => {
    await server.end();
  }, 60_000);

  lawsOfReports(empty);
  lawsOfAcknowledgements(empty);
  lawsOfEnrolment(empty);
  lawsOfMaintenance(empty);
  lawsOfPages(empty);
  lawsOfAccounts(empty);
});
