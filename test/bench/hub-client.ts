/**
 * Nodes and one browser, for `npm run bench:hub`: `hub-client.ts PORT COOKIE SICK NODES SECONDS`, the key of all nodes in HUB_BENCH_KEY.
 * Puts signed reports as fast as they are taken, then opens pages while reports come as often as nodes send them. One JSON line.
 */
import { createPrivateKey } from 'node:crypto';
import { signed } from '../hub/server/running-hub.ts';
import { spread } from './hub-figures.ts';
import { messages } from './hub-messages.ts';
import { idOf, nameOf } from './hub-nodes.ts';

const [port = '', cookie = '', ...numbers] = process.argv.slice(2);
const [sick = 0, nodes = 0, seconds = 0] = numbers.map(Number);
const privateKey = createPrivateKey(process.env['HUB_BENCH_KEY'] ?? '');
const { messageOf } = await messages();
const url = `http://127.0.0.1:${port}`;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const startedAt = Date.now() + process.pid * 10_000_000;
let made = 0;

async function put(number: number): Promise<number> {
  made += 1;
  const takenAt = new Date(startedAt + made).toISOString();
  const kind = Math.random() < 0.05 ? 'sick-changed' : 'sick';
  const { body, contentDigest } = messageOf(kind, nameOf(number), takenAt);
  const nodeId = idOf(number);
  const path = `/v1/reports/${nodeId}/${takenAt}`;
  const headers = { ...signed('PUT', path, body, contentDigest, { nodeId, privateKey }), 'content-encoding': 'gzip' };
  const began = performance.now();
  const answer = await fetch(`${url}${path}`, { method: 'PUT', headers, body });
  const text = await answer.text();
  if (answer.status !== 201) throw new Error(`${answer.status} ${text}`);
  return performance.now() - began;
}

const anyone = (): number => Math.floor(Math.random() * sick);
const took: number[] = [];
const began = performance.now();
await Promise.all(
  Array.from({ length: 32 }, async () => {
    while (performance.now() < began + seconds * 1000) took.push(await put(anyone()));
  }),
);
const ingestSeconds = (performance.now() - began) / 1000;
console.log(JSON.stringify({ count: took.length, ingestSeconds, took: spread(took) }));

let isOver = false;
const background = (async () => {
  while (!isOver) {
    void put(anyone());
    await pause(900_000 / nodes);
  }
})();
const pages: Record<string, number[]> = {};
const end = performance.now() + seconds * 1000;
while (performance.now() < end)
  for (const [name, path] of [
    ['first page', '/'],
    ['node', `/nodes/${idOf(anyone())}`],
    ['changes', '/changes'],
  ] as const) {
    const asked = performance.now();
    const answer = await fetch(`${url}${path}`, { headers: { cookie }, redirect: 'manual' });
    const text = await answer.text();
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${text.slice(0, 200)}`);
    pages[name] ??= [];
    pages[name].push(performance.now() - asked);
    await pause(20);
  }
isOver = true;
await background;
console.log(JSON.stringify(Object.fromEntries(Object.entries(pages).map(([name, values]) => [name, spread(values)]))));
process.exit(0);
