import { isRecord } from '../../model/json-shape.ts';
import type { PveSettings } from '../config/hub-config.ts';
import { Refused } from '../receive/refusal.ts';
import type { Vouched } from './logins.ts';
import { NotTheNode, type PveAnswer, type PveRequest, pveClient } from './pve-client.ts';

export interface PveCredentials {
  /** `root@pam`; without a realm that of the settings. */
  readonly name: string;
  readonly password: string;
  /** Of an authenticator app; empty where none was typed. */
  readonly code: string;
}

/** `user@realm` as PVE writes it (pve-common JSONSchema.pm, pve_verify_userid): no colon, no slash, no blank. */
const USER_ID = /^[^\s:/]{1,60}@[A-Za-z][A-Za-z0-9._-]{1,31}$/;

/**
 * Forwards a login to the API of a node, and asks with the ticket that it gives what this user may see. Nothing of PVE's
 * own is judged here: no ticket is read, no password compared.
 */
export function pveLogin(settings: PveSettings) {
  const ask = pveClient(settings);
  return {
    login: async ({ name, password, code }: PveCredentials): Promise<Vouched> => {
      const username = name.includes('@') ? name : `${name}@${settings.realm}`;
      if (!USER_ID.test(username)) throw new Refused(403, 'Proxmox VE refused this login');
      const ticket = await ticketFor(ask, username, password, code);
      const answer = await asked(ask, { method: 'GET', path: '/access/permissions', ticket });
      if (!mayAudit(answer))
        throw new Refused(403, 'Proxmox VE knows this user, and it has not the privilege Sys.Audit on /');
      const role = settings.admins.includes(username)
        ? 'admin'
        : settings.operators.includes(username)
          ? 'operator'
          : settings.role;
      const isFixed = role === 'admin' || settings.operators.includes(username);
      return { realm: 'pve', name: username, role, isFixed };
    },
  };
}

export type PveLogin = ReturnType<typeof pveLogin>;

type Ask = (request: PveRequest) => Promise<PveAnswer>;

/** PVE answers privileges as 1, or as true in later versions. */
const isTrue = (value: unknown): boolean => value === 1 || value === true || value === '1';

/** What `GET /access/permissions` says of its user: the whole cluster, not a node of it. */
export function mayAudit({ status, data }: PveAnswer): boolean {
  const root = isRecord(data) ? data['/'] : undefined;
  return status === 200 && isRecord(root) && isTrue(root['Sys.Audit']);
}

const asked = (ask: Ask, request: PveRequest): Promise<PveAnswer> =>
  ask(request).catch((error: unknown) => {
    if (error instanceof NotTheNode) throw new Refused(503, error.message);
    throw error;
  });

async function ticketFor(ask: Ask, username: string, password: string, code: string): Promise<string> {
  const first = await asked(ask, { method: 'POST', path: '/access/ticket', form: { username, password } });
  const given = ticketOf(first);
  if (!given.needsMore) return given.ticket;
  // TFA of PVE 7 and later: the half-login goes back with the code as `totp:` or `recovery:` (pve-docs, "Two-Factor Authentication").
  if (!/^(?:\d{6,8}|(?:recovery|yubico):[A-Za-z0-9-]{4,60})$/.test(code))
    throw new Refused(
      403,
      'this user has a second factor: fill in the code of the authenticator app. Security keys work only at Proxmox VE itself',
    );
  const form = {
    username,
    'tfa-challenge': given.ticket,
    password: code.includes(':') ? code : `totp:${code}`,
  };
  const second = ticketOf(await asked(ask, { method: 'POST', path: '/access/ticket', form }));
  if (second.needsMore) throw new Refused(403, 'Proxmox VE refused this login');
  return second.ticket;
}

function ticketOf({ status, data }: PveAnswer): { readonly ticket: string; readonly needsMore: boolean } {
  const ticket = isRecord(data) ? data['ticket'] : undefined;
  if (status === 401) throw new Refused(403, 'Proxmox VE refused this login');
  if (status !== 200 || !isRecord(data) || typeof ticket !== 'string')
    throw new Refused(503, `the node answered the login with status ${status}`);
  return { ticket, needsMore: isTrue(data['NeedTFA']) || /^PVE:[^:]*tfa!/.test(ticket) };
}
