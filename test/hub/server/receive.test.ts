import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StoreAway } from '../../../src/hub/store/hub-store.ts';
import {
  browser,
  digestOfText,
  enrolBody,
  enrolled,
  heartbeat,
  machineId,
  newKeys,
  post,
  put,
  putReport,
  type RunningHub,
  reportOf,
  signed,
  startHub,
} from './running-hub.ts';

let hub: RunningHub;
let isAway = false;

beforeAll(async () => {
  hub = await startHub(undefined, (store) => ({
    ...store,
    keep: async (batch) => {
      if (isAway) throw new StoreAway('gone');
      return await store.keep(batch);
    },
  }));
});
afterAll(() => hub.stop());

const AT = '2026-11-20T02:00:04.000Z';

const errorOf = async (answer: Response): Promise<string> => ((await answer.json()) as { error: string }).error;

describe('a node that enrolled', () => {
  it('puts its report once and for all, however often it says it', async () => {
    const node = await enrolled(hub, 'pve1');
    const report = reportOf(node, AT);
    const first = await putReport(hub, node, report, AT);
    expect(first.status).toBe(201);
    expect(await first.json()).toEqual({ acknowledgements: [] });
    const again = await Promise.all(Array.from({ length: 10 }, () => putReport(hub, node, report, AT)));
    expect(again.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
    expect(await hub.store.runs(node.nodeId, 100)).toHaveLength(1);
    const row = await hub.store.node(node.nodeId);
    expect(row).toMatchObject({ node: 'pve1', cluster: 'hall-a', status: report.status, lastTakenAt: AT });
  });

  it('only says that it was seen where nothing changed, and is asked for the whole where the hub has another', async () => {
    const node = await enrolled(hub, 'pve2');
    const report = reportOf(node, AT);
    expect((await heartbeat(hub, node, AT, digestOfText('x'))).status).toBe(404);
    await putReport(hub, node, report, AT);
    const later = '2026-11-20T02:15:04.000Z';
    expect((await heartbeat(hub, node, later, digestOfText(JSON.stringify(report)))).status).toBe(200);
    expect((await hub.store.node(node.nodeId))?.lastTakenAt).toBe(later);
    expect((await heartbeat(hub, node, later, digestOfText('another'))).status).toBe(404);
  });

  it('is heard whatever its clock says', async () => {
    const node = await enrolled(hub, 'pve3');
    for (const at of ['1970-01-01T00:00:00.000Z', '2099-12-31T23:59:59.000Z', '2000-01-01T00:00:00.000Z'])
      expect((await putReport(hub, node, reportOf(node, at), at)).status).toBe(201);
    expect((await hub.store.node(node.nodeId))?.lastTakenAt).toBe('2000-01-01T00:00:00.000Z');
  });

  it('is told what people acknowledged, with its next report', async () => {
    const node = await enrolled(hub, 'pve4');
    const report = reportOf(node, AT);
    await putReport(hub, node, report, AT);
    const [problem] = report.problems;
    if (problem === undefined) throw new Error('the sample has a problem');
    const { id, severity } = problem;
    const word = { id, severity, by: 'alice@local', reason: 'known', at: hub.now().toISOString(), until: null };
    await hub.store.acknowledge({ nodeId: node.nodeId }, word);
    expect(await (await putReport(hub, node, report, AT)).json()).toEqual({ acknowledgements: [word] });
  });

  it('is refused when it was revoked, at once in this hub', async () => {
    const node = await enrolled(hub, 'pve5');
    await putReport(hub, node, reportOf(node, AT), AT);
    await hub.store.revoke(node.nodeId, hub.now().toISOString());
    // Another hub revoked it: the key that is remembered here does not keep anything.
    expect(
      (await putReport(hub, node, reportOf(node, '2026-11-21T00:00:00.000Z'), '2026-11-21T00:00:00.000Z')).status,
    ).toBe(403);
    expect((await putReport(hub, node, reportOf(node, AT), AT)).status).toBe(403);
    expect(await hub.store.runs(node.nodeId, 10)).toHaveLength(1);
  });
});

describe('a request that the node did not sign as it came', () => {
  const report = async (name: string) => {
    const node = await enrolled(hub, name);
    return { node, body: gzipSync(JSON.stringify(reportOf(node, AT))), contentDigest: digestOfText('e') };
  };

  it('is refused: another body, contentDigest, path, key, or fewer parts', async () => {
    const { node, body, contentDigest } = await report('forged1');
    const other = await enrolled(hub, 'forged2');
    const fewer = signed('PUT', `/v1/reports/${node.nodeId}/${AT}`, body, null, node);
    const tries = [
      { body: gzipSync('{}') },
      { headers: { 'pve-doctor-content-digest': digestOfText('other') } },
      { path: `/v1/reports/${node.nodeId}/2026-11-21T00:00:00.000Z` },
      { signedBy: newKeys().privateKey },
      { signedBy: other.privateKey },
      { headers: fewer },
      { headers: { signature: '' } },
      { headers: { 'signature-input': 'node=()' } },
      { headers: { 'content-digest': 'sha-256=:AAAA:' } },
      { keyid: '00000000-0000-4000-8000-000000000000' },
    ];
    for (const one of tries) {
      const answer = await put(hub, node, AT, body, contentDigest, one);
      expect([401, 403], JSON.stringify(one)).toContain(answer.status);
      expect(await errorOf(answer)).not.toBe('');
    }
    expect(await hub.store.runs(node.nodeId, 10)).toEqual([]);
  });

  it('writes no other node: not by its path, not by its report', async () => {
    const [mine, theirs] = [await enrolled(hub, 'thief'), await enrolled(hub, 'victim')];
    const body = gzipSync(JSON.stringify(reportOf(theirs, AT)));
    const path = `/v1/reports/${theirs.nodeId}/${AT}`;
    const headers = signed('PUT', path, body, digestOfText('e'), mine);
    expect((await fetch(`${hub.url}${path}`, { method: 'PUT', headers, body })).status).toBe(403);
    const asMyself = await put(hub, mine, AT, body, digestOfText('e'));
    expect([asMyself.status, await errorOf(asMyself)]).toEqual([422, expect.stringContaining('another node')]);
    expect(await hub.store.runs(theirs.nodeId, 10)).toEqual([]);
  });
});

describe('a hostile body', () => {
  it('is refused with what is wrong, and kept by nobody', async () => {
    const node = await enrolled(hub, 'hostile');
    const whole = gzipSync(JSON.stringify(reportOf(node, AT)));
    const tries: readonly (readonly [string, Uint8Array, number])[] = [
      ['no gzip', Buffer.from('{"schemaVersion":1}'), 400],
      ['half of it', whole.subarray(0, whole.length / 2), 400],
      ['damaged', Buffer.concat([whole.subarray(0, 40), Buffer.alloc(20), whole.subarray(60)]), 400],
      ['nothing', Buffer.alloc(0), 400],
      ['a bomb of 70 MB', gzipSync(Buffer.alloc(70 * 1024 * 1024)), 413],
      ['a bomb of 60 MB of brackets', gzipSync(Buffer.alloc(60 * 1024 * 1024, '[')), 422],
      [
        'an object of a million keys',
        gzipSync(`{${Array.from({ length: 1e6 }, (_, at) => `"k${at}":1`).join()}}`),
        422,
      ],
      ['a report without problems', gzipSync(JSON.stringify({ ...reportOf(node, AT), problems: null })), 422],
      [
        'an id that is none',
        gzipSync(
          JSON.stringify(
            reportOf(node, AT, { problems: reportOf(node, AT).problems.map((one) => ({ ...one, id: '\ud800 <b>' })) }),
          ),
        ),
        422,
      ],
    ];
    for (const [what, body, status] of tries) {
      const answer = await put(hub, node, AT, body, digestOfText('e'));
      expect([what, answer.status]).toEqual([what, status]);
      expect(await errorOf(answer)).not.toBe('');
    }
    expect(await hub.store.runs(node.nodeId, 10)).toEqual([]);
    expect((await put(hub, node, AT, whole, digestOfText('e'))).status).toBe(201);
  });

  it('of 50 MB is not read, by its length or without one', async () => {
    const node = await enrolled(hub, 'large');
    const before = process.memoryUsage().rss;
    // An answer on a line that goes on sending may be lost on the way: then the line was cut, which says the same.
    for (const declared of [true, false]) expect(await sendLarge(node, declared)).toMatch(/^(?:HTTP\/1\.1 413|$)/);
    expect(await hub.store.body(node.nodeId)).toBeNull();
    expect(process.memoryUsage().rss - before).toBeLessThan(100e6);
  });

  /** Writes as long as the other side reads. */
  function sendLarge(node: Awaited<ReturnType<typeof enrolled>>, declared: boolean): Promise<string> {
    const path = `/v1/reports/${node.nodeId}/${AT}`;
    const headers = { ...signed('PUT', path, Buffer.from('x'), digestOfText('e'), node), host: 'hub' };
    const length = declared ? `content-length: ${50 * 1024 * 1024}` : 'transfer-encoding: chunked';
    const head = Object.entries(headers)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('');
    return new Promise((resolve) => {
      const socket = connect(Number(new URL(hub.url).port), '127.0.0.1');
      const piece = Buffer.alloc(256 * 1024, 'x');
      const chunk = declared ? piece : Buffer.concat([Buffer.from('40000\r\n'), piece, Buffer.from('\r\n')]);
      let sent = 0;
      const more = (): void => {
        while (sent < 50 * 1024 * 1024 && !socket.destroyed) {
          sent += piece.length;
          if (!socket.write(chunk)) return;
        }
      };
      let answer = '';
      socket.on('data', (data) => {
        answer += data.toString();
        if (answer.includes('\r\n\r\n')) socket.destroy();
      });
      socket.on('drain', more);
      socket.on('error', () => undefined);
      socket.on('close', () => resolve(answer.split('\r\n')[0] ?? ''));
      socket.write(`PUT ${path} HTTP/1.1\r\n${head}${length}\r\n\r\n`, more);
    });
  }

  it('of a later schema is kept, and said not to be judged', async () => {
    const node = await enrolled(hub, 'tomorrow');
    expect((await putReport(hub, node, { ...reportOf(node, AT), schemaVersion: 7, more: {} }, AT)).status).toBe(201);
    const row = await hub.store.node(node.nodeId);
    expect(row).toMatchObject({ status: 'critical', unjudged: 1 });
    expect((await hub.store.unjudged(row?.clusterId ?? '')).get(node.nodeId)?.[0]?.because).toContain('update the hub');
  });
});

describe('enrolment', () => {
  const enrol = (body: unknown) => post(`${hub.url}/v1/enrol`, body);

  it('lets in as many as the token says, also when they come at once', async () => {
    const token = await hub.token('hall-r', 5);
    const tries = await Promise.all(
      Array.from({ length: 12 }, (_, at) => enrol(enrolBody(token, newKeys(), `n${at}`, 'hall-r'))),
    );
    expect(tries.map(({ status }) => status).toSorted()).toEqual([...Array(5).fill(201), ...Array(7).fill(403)]);
    expect((await hub.store.tokens(hub.now().toISOString())).filter(({ cluster }) => cluster === 'hall-r')).toEqual([]);
  });

  it('gives the same key its id again, and no second key the place of a node', async () => {
    const keys = newKeys();
    const token = await hub.token('hall-s');
    const ids = await Promise.all(
      [1, 2].map(async () => await (await enrol(enrolBody(token, keys, 'twin', 'hall-s'))).json()),
    );
    expect(ids[0]).toEqual(ids[1]);
    expect((await enrol(enrolBody(token, newKeys(), 'twin', 'hall-s'))).status).toBe(409);
    // Two nodes of one name and cluster are two by their machine ids.
    const restored = { ...enrolBody(token, newKeys(), 'twin', 'hall-s'), machineId: machineId('another') };
    expect((await enrol(restored)).status).toBe(201);
  });

  it('refuses what is no token of that cluster, and no more', async () => {
    const keys = newKeys();
    const token = await hub.token('hall-t');
    const right = enrolBody(token, keys, 'pve1', 'hall-t');
    const tries: readonly (readonly [unknown, number])[] = [
      [{ ...right, token: 'pvd_wrong' }, 403],
      [{ ...right, token: `pvd_${'A'.repeat(43)}` }, 403],
      [{ ...right, cluster: 'hall-u' }, 403],
      [{ ...right, publicKey: 'x' }, 422],
      [{ ...right, publicKey: `${keys.publicKey}=` }, 422],
      [{ ...right, node: '<b>' }, 422],
      [{ ...right, node: '../x' }, 422],
      [{ ...right, cluster: '\u202e' }, 422],
      ...['hall-a ', ' hall-a', 'hall  a', 'hall\u00a0a', 'hall-a\u2003', ' ', ''].map((cluster): [object, number] => [
        { ...right, cluster },
        422,
      ]),
      [{ ...right, machineId: 'no' }, 422],
      [{ ...right, toolVersion: 'a b' }, 422],
      ['{', 400],
      ['[]', 422],
      ['x'.repeat(20_000), 413],
    ];
    for (const [body, status] of tries) expect([body, (await enrol(body)).status]).toEqual([body, status]);
    expect((await enrol(right)).status).toBe(201);
  });

  it('ends with the hour of its token', async () => {
    const token = await hub.token('hall-v');
    hub.pass(3_600_001);
    expect((await enrol(enrolBody(token, newKeys(), 'late', 'hall-v'))).status).toBe(403);
  });
});

describe('a database that is away', () => {
  it('makes the node keep its report and come again, and nothing is lost', async () => {
    const node = await enrolled(hub, 'patient');
    const report = reportOf(node, AT);
    isAway = true;
    const refused = await putReport(hub, node, report, AT);
    isAway = false;
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(10);
    expect((await putReport(hub, node, report, AT)).status).toBe(201);
  });
});

describe('a node whose bodies do not end', () => {
  it('keeps nobody else from reporting, logging in and enrolling', async () => {
    const [slow, good] = [await enrolled(hub, 'slow'), await enrolled(hub, 'good')];
    const path = `/v1/reports/${slow.nodeId}/${AT}`;
    const head = Object.entries({ ...signed('PUT', path, Buffer.from('x'), digestOfText('e'), slow), host: 'hub' })
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('');
    const sockets = Array.from({ length: 16 }, () => {
      const socket = connect(Number(new URL(hub.url).port), '127.0.0.1');
      socket.on('error', () => undefined);
      socket.write(`PUT ${path} HTTP/1.1\r\n${head}content-length: ${8 * 1024 * 1024}\r\n\r\nx`);
      return socket;
    });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect((await putReport(hub, good, reportOf(good, AT), AT)).status).toBe(201);
    expect((await enrolled(hub, 'newcomer')).nodeId).not.toBe('');
    const answer = await browser(hub).send('/login', { name: 'nobody', password: 'wrong password', next: '/' });
    expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining('password')]);
    // Its own next report finds no room meanwhile.
    expect((await putReport(hub, slow, reportOf(slow, AT), AT)).status).toBe(503);
    for (const socket of sockets) socket.destroy();
    const again = async () => (await putReport(hub, slow, reportOf(slow, AT), AT)).status;
    await expect.poll(again, { timeout: 5000 }).toBe(201);
  });
});

describe('a node that sends without end', () => {
  it('is told to wait', async () => {
    const node = await enrolled(hub, 'busy');
    const report = reportOf(node, AT);
    const body = gzipSync(JSON.stringify(report));
    const statuses = new Set<number>();
    for (let at = 0; at < 140; at += 1) statuses.add((await put(hub, node, AT, body, digestOfText('e'))).status);
    expect(statuses).toContain(429);
    const answer = await put(hub, node, AT, body, digestOfText('e'));
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});
