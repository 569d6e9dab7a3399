import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe } from 'vitest';
import type { HubStore } from '../../../src/hub/store/hub-store.ts';
import { openStore } from '../../../src/hub/store/open-store.ts';
import { lawsOfAccounts } from './laws-of-accounts.ts';
import { lawsOfAcknowledgements } from './laws-of-acknowledgements.ts';
import { lawsOfEnrolment } from './laws-of-enrolment.ts';
import { lawsOfMaintenance } from './laws-of-maintenance.ts';
import { lawsOfPages } from './laws-of-pages.ts';
import { lawsOfReports } from './laws-of-reports.ts';

/** Where writing to disk costs nothing: what a kill leaves is the matter of another test. */
const PLACE = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

const opened: { readonly store: HubStore; readonly folder: string }[] = [];

async function empty(): Promise<HubStore> {
  const folder = mkdtempSync(join(PLACE, 'pve-doctor-hub-store-'));
  const store = await openStore(`sqlite:${folder}/data/hub.db`);
  opened.push({ store, folder });
  return store;
}

afterEach(async () => {
  for (const { store, folder } of opened.splice(0)) {
    await store.close();
    rmSync(folder, { recursive: true });
  }
});

describe('a store on SQLite', () => {
  lawsOfReports(empty);
  lawsOfAcknowledgements(empty);
  lawsOfEnrolment(empty);
  lawsOfMaintenance(empty);
  lawsOfPages(empty);
  lawsOfAccounts(empty);
});
