import type { IncomingMessage } from 'node:http';
import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type { HubConfig } from '../config/hub-config.ts';
import { type Logins, openLogins } from '../login/logins.ts';
import { type OidcLogin, oidcLogin } from '../login/oidc-login.ts';
import { type PveLogin, pveLogin } from '../login/pve-login.ts';
import { type LoggedIn, type Sessions, sessions } from '../login/session.ts';
import { type IntakeCounters, intakeCounters } from '../receive/counters.ts';
import { openEnrolment } from '../receive/enrol.ts';
import { type Intake, openIntake } from '../receive/intake.ts';
import { type StoreHealth, storeHealth } from '../receive/store-health.ts';
import type { HubStore } from '../store/hub-store.ts';
import { clientAddress } from './client-address.ts';
import { type EventStreams, eventStreams } from './events.ts';

/** Everything that the routes work with. */
export interface HubParts {
  readonly store: HubStore;
  readonly config: HubConfig;
  readonly now: () => Date;
  readonly health: StoreHealth;
  readonly counters: IntakeCounters;
  readonly intake: Intake;
  readonly enrol: ReturnType<typeof openEnrolment>;
  readonly sessions: Sessions;
  readonly logins: Logins;
  readonly oidc: OidcLogin | null;
  readonly pve: PveLogin | null;
  readonly events: EventStreams;
  readonly addressOf: (incoming: IncomingMessage) => string;
  /** One line for the log. */
  readonly log: (line: string) => void;
}

/** Who asks, and as what the hub is reached. */
export interface Visitor {
  readonly origin: string;
  readonly isSecure: boolean;
  readonly address: string;
  readonly loggedIn: LoggedIn | null;
}

export interface HubEnv {
  readonly Bindings: HttpBindings;
  readonly Variables: { visitor: Visitor };
}

export type HubContext = Context<HubEnv>;

export interface HubOpening {
  readonly store: HubStore;
  readonly config: HubConfig;
  readonly now: () => Date;
  readonly log: (line: string) => void;
}

export function openHub({ store, config, now, log }: HubOpening): HubParts {
  const health = storeHealth(now, () => store.ping(), log);
  const counters = intakeCounters();
  const parts = { store, now, health, counters };
  const intake = openIntake(parts);
  return {
    ...{ ...parts, config, log, intake },
    enrol: openEnrolment(parts, intake),
    sessions: sessions(store, config.login, now),
    logins: openLogins(store, now),
    oidc: config.oidc === null ? null : oidcLogin(config.oidc, now),
    pve: config.pve === null ? null : pveLogin(config.pve),
    events: eventStreams(store),
    addressOf: clientAddress(config.server.trustedProxies),
  };
}
