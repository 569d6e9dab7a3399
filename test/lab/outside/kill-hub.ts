import { readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { nodePath, problemPath } from '../../../src/hub/pages/addresses.ts';
import { browser } from '../../hub/server/running-hub.ts';
import { installPostgresql } from '../../hub/store/install-postgresql.ts';
import { postgresqlPrograms } from '../../hub/store/postgresql-server.ts';
import { type HubOnPostgresql, hubOnPostgresql } from '../../node-to-hub/hub-on-postgresql.ts';
import { realHub } from '../../node-to-hub/real-hub.ts';
import { makeAuthority } from '../../notify/certificates.ts';
import { NODES } from '../node/lab.ts';
import { OUTSIDE, type Outside, pause } from './conductor.ts';

const KILLS = 12;

/** Long enough for looks to wait, and for what the hub wrongly took to be lost. */
const MOST_AWAY_MS = 2500;

/** What nodes need to enrol. */
export interface HubSaid {
  readonly url: string;
  readonly token: string;
  readonly authority: string;
}

interface Looks {
  readonly looks: readonly string[];
  readonly losses: readonly string[];
  readonly waiting: readonly string[];
  readonly newest: string;
  readonly away: number;
}

/** The story of three nodes and their hub, which runs on this machine. */
export async function killHub(outside: Outside): Promise<void> {
  if (postgresqlPrograms() === null) installPostgresql();
  const { ca, caFile, issue } = makeAuthority();
  const certificate = issue(`IP:${OUTSIDE}`);
  rmSync(dirname(caFile), { recursive: true });
  const place = await hubOnPostgresql({ host: OUTSIDE, certificate });
  try {
    const token = place.hub.command('token', 'create', '--uses', '3');
    outside.say('hub', { url: place.hub.url, token, authority: ca } satisfies HubSaid);
    await outside.everywhere('ready');
    await outside.everywhere('trust');
    await outside.on('pve1', 'enrol');
    await pushWhileKilled(outside, place);
    await compareLooks(outside, place);
    await acknowledge(outside, place);
  } finally {
    await place.end();
  }
}

async function pushWhileKilled(outside: Outside, { hub, kill }: HubOnPostgresql): Promise<void> {
  const pushing = outside.everywhere('push');
  try {
    for (let round = 0; round < KILLS; round += 1) {
      await untilSomebodySends(Number(new URL(hub.url).port));
      await pause(Math.random() * 500);
      await kill(round, Math.random() * MOST_AWAY_MS);
    }
  } finally {
    outside.say('over');
    await pushing;
  }
  // All is up: what waits goes out.
  await outside.everywhere('publish');
}

/** proc_net_tcp: addresses in hexadecimal, then the state, of which 01 is established (include/net/tcp_states.h). */
async function untilSomebodySends(port: number): Promise<void> {
  const number = port.toString(16).toUpperCase().padStart(4, '0');
  const connected = new RegExp(`: [0-9A-F]{8}:${number} [0-9A-F]{8}:[0-9A-F]{4} 01 `);
  for (const began = Date.now(); Date.now() - began < 60_000; await pause(5))
    if (connected.test(readFileSync('/proc/self/net/tcp', 'latin1'))) return;
  throw new Error('no node sent anything for 60 s');
}

async function compareLooks(outside: Outside, { hub, idOf, bodyOf }: HubOnPostgresql): Promise<void> {
  let [count, away] = [0, 0];
  for (const node of NODES) {
    const told = outside.told(node, 'looks') as Looks;
    outside.expect(`${node}: what waits, what was lost`, [told.waiting, told.losses], [[], []]);
    const runs = (await hub.store.runs(await idOf(node), 100_000)).map(({ takenAt }) => takenAt);
    const lost = told.looks.filter((look) => !runs.includes(look));
    outside.expect(`${node}: looks that the hub lost`, lost, []);
    outside.expect(`${node}: number of looks in the hub`, runs.length, told.looks.length);
    outside.expect(`${node}: the newest body`, (await bodyOf(node)).takenAt, told.newest);
    count += told.looks.length;
    away += told.away;
  }
  outside.note(`${KILLS} kills, ${count} looks, ${away} runs met a hub that was away`);
  outside.expect('there are more looks than kills', count > KILLS, true);
  outside.expect('some runs met a hub that was away', away > 0, true);
}

/** Somebody reads the pages of another hub on the same database, and says there that a problem is known. */
async function acknowledge(outside: Outside, { hub, database, idOf, bodyOf, kill }: HubOnPostgresql): Promise<void> {
  const password = hub.command('user', 'add', 'anna', '--role', 'operator');
  const other = await realHub(database);
  const [first] = NODES;
  const nodeId = await idOf(first);
  const [problem] = await hub.store.problems({ nodeId, limit: 1, offset: 0 });
  const id = problem?.id ?? '';
  try {
    const anna = browser(other);
    outside.expect('login', (await anna.send('/login', { name: 'anna', password, next: '/' })).status, 303);
    for (const node of NODES) {
      const page = await (await anna.get(nodePath(await idOf(node)))).text();
      const named = [...new Set(page.match(/\b50[123]\b/g))];
      outside.expect(`${node}: guests that are named on its page`, named, [`50${node.at(-1)}`]);
    }
    const path = problemPath(nodeId, id);
    const said = await anna.form(`${path}/acknowledge`, { reason: 'known', until: '' });
    outside.expect('the form of the acknowledgement', said.status, 303);
  } finally {
    await other.close();
  }
  await kill(2, 0);
  // The answer to one report has it, and the next report says it.
  await outside.everywhere('publish');
  await outside.everywhere('publish');
  const { by, reason } = (await bodyOf(first)).problems.find((one) => one.id === id)?.acknowledged ?? {};
  outside.expect(`${first}: what its report says of ${id}`, [by, reason], ['anna@local (hub)', 'known']);
}
