import type { PveAnswer, PveRequest } from '../login/pve-client.ts';
import { mayAudit } from '../login/pve-login.ts';
import { hashOf } from '../receive/enrol.ts';

/** A user of Proxmox VE whom its API has just confirmed. */
export interface PveVisitor {
  readonly name: string;
}

/** How long an answer counts: a page asks for itself all the time, and a ticket that was taken back ends within this. */
const CACHED_MS = 60_000;
const MOST_CACHED = 1000;

/**
 * Who a browser is, by the cookie that it has from the node's own web interface: it goes to the node's own API, which says what its user
 * may see. null: nobody whom Proxmox VE lets audit the whole cluster. Nothing of the ticket is judged here.
 */
export function pveVisitors(ask: (request: PveRequest) => Promise<PveAnswer>, now: () => number) {
  const known = new Map<string, { readonly until: number; readonly visitor: PveVisitor | null }>();
  return async (ticket: string): Promise<PveVisitor | null> => {
    const key = hashOf(ticket);
    const cached = known.get(key);
    if (cached !== undefined && cached.until > now()) return cached.visitor;
    const mayLook = mayAudit(await ask({ method: 'GET', path: '/access/permissions', ticket }));
    // PVE:user@realm:… (pve-access-control src/PVE/AccessControl.pm), only to be shown: the API has checked the whole of it.
    const visitor = mayLook ? { name: /^PVE:([^:]{1,100}):/.exec(ticket)?.[1] ?? 'a user of Proxmox VE' } : null;
    if (known.size >= MOST_CACHED) known.clear();
    known.set(key, { until: now() + CACHED_MS, visitor });
    return visitor;
  };
}
