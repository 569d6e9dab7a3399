import { randomInt } from 'node:crypto';
import { getRequestListener } from '@hono/node-server';
import { liveSending } from '../../notify/deliver.ts';
import type { HubConfig } from '../config/hub-config.ts';
import { firstAdminSecret } from '../login/first-admin.ts';
import { tellClusters } from '../messages/tell-clusters.ts';
import { type HubStore, StoreAway } from '../store/hub-store.ts';
import { makeApp } from './app.ts';
import { openHub } from './hub-parts.ts';
import { type Environment, type Listening, listen } from './listen.ts';

export interface Serving {
  readonly store: HubStore;
  readonly config: HubConfig;
  readonly now: () => Date;
  readonly env: Environment;
  readonly pid: number;
  readonly log: (line: string) => void;
}

export interface Running {
  readonly port: number;
  /** As a person would type it. */
  readonly address: string;
  /** Answers what was begun, writes what waits, and lets go of the database. */
  readonly stop: () => Promise<void>;
}

const DAY_MS = 86_400_000;
const UPKEEP_MS = 60 * 60_000;
const MESSAGES_MS = 60_000;
/** Of the unit's 30 s. */
const GRACE_MS = 10_000;

/** Answers until it is stopped. */
export async function runServer(serving: Serving): Promise<Running> {
  const { store, config, now, env, pid, log } = serving;
  const parts = openHub({ store, config, now, log });
  const app = makeApp(parts);
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const listening: Listening = await listen(config.server, listener, { env, pid, log });
  const scheme = config.server.certificate === null ? 'http' : 'https';
  const address = config.server.url ?? `${scheme}://localhost:${listening.port}`;
  const stops = [repeatedly(UPKEEP_MS, () => upkeep(serving)), repeatedly(MESSAGES_MS, () => messages(serving))];
  return {
    port: listening.port,
    address,
    stop: async () => {
      for (const end of stops) end();
      parts.events.close();
      await listening.stop(GRACE_MS);
      await parts.intake.idle();
      await store.close();
    },
  };
}

/** Now and then, never twice at once; what is away comes back, and any other fault is told once each time. */
function repeatedly(everyMs: number, work: () => Promise<void>): () => void {
  let timer: NodeJS.Timeout;
  let isOver = false;
  const next = (inMs: number): void => {
    if (isOver) return;
    timer = setTimeout(() => void work().finally(() => next(everyMs)), inMs);
    timer.unref();
  };
  // Hubs that were started together do not all begin at once.
  next(randomInt(1000, 30_000));
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}

async function upkeep({ store, config, now, log }: Serving): Promise<void> {
  const ago = (days: number): string => new Date(now().getTime() - days * DAY_MS).toISOString();
  const { runDays, changeDays, silentAfterMs } = config.retention;
  const at = now();
  await store
    .sampleFleet(at.toISOString(), new Date(at.getTime() - silentAfterMs).toISOString())
    .catch((error: unknown) => told(error, 'trend', log));
  await store
    .retain({ runsBefore: ago(runDays), changesBefore: ago(changeDays), now: now().toISOString() })
    .then(({ runs, bodies }) => {
      if (runs + bodies > 0) log(`upkeep: ${runs} past reports and ${bodies} bodies were taken away`);
    })
    .catch((error: unknown) => told(error, 'upkeep', log));
}

async function messages({ store, config, log }: Serving): Promise<void> {
  await tellClusters(store, {
    settings: config.messages,
    silentAfterMs: config.retention.silentAfterMs,
    sending: liveSending(),
  }).catch((error: unknown) => told(error, 'messages', log));
}

const told = (error: unknown, what: string, log: (line: string) => void): void => {
  const isAway = error instanceof StoreAway;
  log(
    `${what}: ${isAway ? 'the database is away; it is tried again' : `fault: ${error instanceof Error ? error.stack : error}`}`,
  );
};

/** The link by which the first administrator comes in; null where there is one. */
export async function firstLink(
  { store, now }: Pick<Serving, 'store' | 'now'>,
  address: string,
): Promise<string | null> {
  const secret = await firstAdminSecret(store, now());
  return secret === null ? null : `${address}/first?${new URLSearchParams({ token: secret }).toString()}`;
}
