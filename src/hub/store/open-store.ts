import { accountsOn } from './accounts.ts';
import { acknowledgementsOn } from './acknowledgements.ts';
import type { Engine } from './engine.ts';
import { enrolmentOn } from './enrolment.ts';
import { fleetViewOn } from './fleet-view.ts';
import type { HubStore } from './hub-store.ts';
import { intakeOn } from './keep.ts';
import { maintenanceOn } from './maintenance.ts';
import { trendOn } from './trend.ts';
import { upkeepOn } from './upkeep.ts';
import { SCHEMA_VERSIONS } from './versions/all-versions.ts';

/**
 * `sqlite:/path` or a path, or `postgresql://…`, whose password may stand apart from it. Makes the schema, or brings it to this version.
 * Throws `StoreAway` where the database does not answer, `StoreRefused` where it is not this hub's.
 */
export async function openStore(address: string, password: string | null = null): Promise<HubStore> {
  return storeOn(await openEngine(address, password));
}

export function storeOn(engine: Engine): HubStore {
  const fleet = fleetViewOn(engine);
  return {
    engine: engine.name,
    ...intakeOn(engine),
    ...enrolmentOn(engine),
    ...fleet,
    ...trendOn(engine, fleet),
    ...acknowledgementsOn(engine),
    ...maintenanceOn(engine),
    ...accountsOn(engine),
    ...upkeepOn(engine),
  };
}

export async function openEngine(
  address: string,
  password: string | null,
  versions = SCHEMA_VERSIONS,
): Promise<Engine> {
  if (/^postgres(?:ql)?:\/\//.test(address))
    return await (await import('./postgresql.ts')).openPostgresql(address, password, versions);
  return await (await import('./sqlite.ts')).openSqlite(address.replace(/^sqlite:/, ''), versions);
}
