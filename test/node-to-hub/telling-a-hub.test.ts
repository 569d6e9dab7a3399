import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { askHub, enrolAt, liveHttp } from '../../src/channels/hub.ts';
import { hubAcknowledgements, hubState, spoolOf } from '../../src/store/hub-files.ts';
import { spooled } from '../../src/store/hub-spool.ts';
import { makeAuthority } from '../notify/certificates.ts';
import { endpoint, status } from '../notify/http-endpoint.ts';
import { removeScratch } from '../store/scratch.ts';
import { anEnrolledNode } from './an-enrolled-node.ts';
import { NODE_ID, requestsIn, type StandIn, say, standInHub, TOKEN } from './stand-in-hub.ts';

let hub: StandIn;
beforeEach(async () => {
  hub = await standInHub();
});
afterEach(() => hub.close());
afterAll(removeScratch);

const WORD = {
  ...{ id: 'server:10.9.0.2', severity: 'critical', by: 'anna', reason: 'moved on Monday' },
  ...{ at: '2026-11-23T00:30:00.000Z', until: '2026-12-01T00:00:00.000Z' },
};

describe('a node that reports to a hub', () => {
  it('signs every request so that the manual alone is enough to check it', async () => {
    const node = await anEnrolledNode(hub.url);
    await node.look('a');
    await node.tell();
    node.wait(15);
    await node.look('a');
    expect(await node.tell()).toMatchObject({ taken: 1, waiting: 0, error: '' });
    expect([requestsIn(hub), hub.complaints]).toEqual([['POST enrol', 'PUT reports', 'POST heartbeat'], []]);
  });

  it('puts a report whole that says something else, and once a day', async () => {
    const node = await anEnrolledNode(hub.url);
    for (const says of ['a', 'b', 'b']) {
      await node.look(says);
      await node.tell();
      node.wait(15);
    }
    node.wait(24 * 60);
    await node.look('b');
    await node.tell();
    expect(requestsIn(hub).slice(1)).toEqual(['PUT reports', 'PUT reports', 'POST heartbeat', 'PUT reports']);
  });

  it('puts a report whole where the hub does not have the one that it meant', async () => {
    const node = await anEnrolledNode(hub.url);
    await node.look('a');
    await node.tell();
    hub.contentDigests.clear();
    node.wait(15);
    await node.look('a');
    expect(await node.tell()).toMatchObject({ taken: 1, waiting: 0 });
    expect(requestsIn(hub).slice(1)).toEqual(['PUT reports', 'POST heartbeat', 'PUT reports']);
  });

  it('hands over what waited, the oldest first, when the hub is back', async () => {
    const node = await anEnrolledNode(hub.url);
    hub.interrupt = (_heard, response) => {
      response.destroy();
      return true;
    };
    for (const says of ['a', 'b', 'b']) {
      await node.look(says);
      expect(await node.tell()).toMatchObject({ taken: 0, error: expect.stringMatching(/connection/) });
      node.wait(15);
    }
    expect(hubState(node.directory).waiting).toMatchObject({ attempts: 3, since: '2026-11-23T01:00:00.000Z' });
    hub.interrupt = () => false;
    const before = hub.heard.length;
    expect(await node.tell()).toMatchObject({ taken: 3, waiting: 0 });
    expect(hub.heard.slice(before).map(({ path }) => path.split('/').slice(2).join(' '))).toEqual([
      expect.stringMatching(/^reports \S+ 2026-11-23T01:00:00.000Z$/),
      expect.stringMatching(/^reports \S+ 2026-11-23T01:15:00.000Z$/),
      expect.stringMatching(/^heartbeat/),
    ]);
    expect(hubState(node.directory).waiting).toBeNull();
  });

  it.each([429, 503])('leaves the hub alone for as long as it asks with %i', async (status) => {
    const node = await anEnrolledNode(hub.url);
    hub.interrupt = (_heard, response) => {
      say(response, status, { error: 'later' }, { 'retry-after': '1800' });
      return true;
    };
    await node.look('a');
    await node.tell();
    const asked = hub.heard.length;
    node.wait(15);
    await node.look('b');
    await node.tell();
    expect(hub.heard).toHaveLength(asked);
    hub.interrupt = () => false;
    node.wait(16);
    expect(await node.tell()).toMatchObject({ taken: 2, waiting: 0 });
  });

  it.each([400, 413, 422])('throws away what is refused for good with %i, says so, and goes on', async (status) => {
    const node = await anEnrolledNode(hub.url);
    hub.interrupt = ({ path }, response) => {
      if (!path.endsWith('T01:00:00.000Z')) return false;
      say(response, status, { error: 'not this one\u001b[2J' });
      return true;
    };
    await node.look('a');
    node.wait(15);
    await node.look('b');
    expect(await node.tell()).toMatchObject({ taken: 1, waiting: 0 });
    expect(hubState(node.directory).lost).toMatchObject({
      count: 1,
      because: `HTTP ${status}: not this one\\x1b[2J`,
    });
    node.wait(15);
    await node.look('the word of it');
    await node.tell();
    expect(hubState(node.directory).lost).toBeNull();
  });

  it.each([400, 413, 422])('throws nothing away where something else than a hub says %i', async (status) => {
    const node = await anEnrolledNode(hub.url);
    hub.interrupt = (_heard, response) => {
      say(response, status, '<h1>Bad Request</h1>');
      return true;
    };
    await node.look('a');
    expect(await node.tell()).toMatchObject({ taken: 0, waiting: 1 });
    expect(hubState(node.directory)).toMatchObject({ lost: null, waiting: { refused: true } });
  });

  it.each([401, 403])(
    'keeps its reports where it is refused with %i, says what to do, and asks less often',
    async (status) => {
      const node = await anEnrolledNode(hub.url);
      hub.interrupt = (_heard, response) => {
        say(response, status, { error: 'this node was revoked in the hub' });
        return true;
      };
      await node.look('a');
      const { error, waiting } = await node.tell();
      expect([waiting, error]).toEqual([1, expect.stringContaining('enrol again with a new token')]);
      const asked = hub.heard.length;
      node.wait(45);
      await node.tell();
      expect(hub.heard).toHaveLength(asked);
      node.wait(20);
      await node.tell();
      expect(hub.heard).toHaveLength(asked + 1);
    },
  );

  it.each([
    ['a page of some portal', 200, '<html>Welcome</html>'],
    ['an answer without acknowledgements', 201, {}],
    ['acknowledgements of another form', 200, { acknowledgements: [{ ...WORD, severity: 'harmless' }] }],
    ['nothing', 204, ''],
    ['a text of four megabytes', 200, 'x'.repeat(4 * 1024 * 1024)],
    ['many words', 200, `{"acknowledgements":[${JSON.stringify(WORD)}${`,${JSON.stringify(WORD)}`.repeat(20_000)}]}`],
  ])('believes nothing was taken where it gets %s', async (_what, status, body) => {
    hub.acknowledgements = [WORD];
    const node = await anEnrolledNode(hub.url);
    await node.look('a');
    await node.tell();
    const words = hubAcknowledgements(node.path);
    hub.interrupt = (_heard, response) => {
      say(response, status, body);
      return true;
    };
    node.wait(15);
    await node.look('b');
    expect(await node.tell()).toMatchObject({ taken: 0, waiting: 1, error: expect.stringContaining('no hub') });
    expect(hubAcknowledgements(node.path)).toEqual(words);
  });

  it('follows no redirection', async () => {
    const node = await anEnrolledNode(hub.url);
    hub.interrupt = (_heard, response) => {
      say(response, 308, '', { location: 'https://elsewhere.example.org/v1' });
      return true;
    };
    await node.look('a');
    expect((await node.tell()).error).toContain('redirected to elsewhere.example.org, which is not followed');
  });

  it('ends where the hub never answers, and keeps the report', async () => {
    const node = await anEnrolledNode(hub.url);
    hub.interrupt = () => true;
    await node.look('a');
    const outcome = await node.tell((request, limits) => liveHttp(request, { ...limits, deadlineMs: 200 }));
    expect(outcome).toMatchObject({ taken: 0, waiting: 1, error: 'no answer within 0.2 s' });
  });

  it('is held up by no single report at which the hub fails, and gives that one up after a day', async () => {
    const node = await anEnrolledNode(hub.url);
    hub.interrupt = ({ path }, response) => {
      if (!path.endsWith('T01:00:00.000Z')) return false;
      say(response, 500, { error: 'a fault of the hub' });
      return true;
    };
    for (const says of ['a', 'b', 'c']) {
      await node.look(says);
      node.wait(15);
    }
    expect(await node.tell()).toMatchObject({ taken: 2, waiting: 1 });
    node.wait(25 * 60);
    await node.look('d');
    expect(await node.tell()).toMatchObject({ taken: 1, waiting: 0 });
    expect(hubState(node.directory).lost).toMatchObject({ count: 1, because: 'HTTP 500: a fault of the hub' });
  });

  it('asks a hub that fails at everything no more than twice', async () => {
    const node = await anEnrolledNode(hub.url);
    hub.interrupt = (_heard, response) => {
      say(response, 500, { error: 'a fault of the hub' });
      return true;
    };
    for (const says of ['a', 'b', 'c']) {
      await node.look(says);
      node.wait(15);
    }
    expect(await node.tell()).toMatchObject({ taken: 0, waiting: 3, error: 'HTTP 500: a fault of the hub' });
    expect(requestsIn(hub)).toEqual(['POST enrol', 'PUT reports', 'PUT reports']);
  });

  it('sets a report aside that its disk has damaged, and hands over the others', async () => {
    const node = await anEnrolledNode(hub.url);
    await node.look('a');
    const [first] = spooled(spoolOf(node.directory));
    writeFileSync(first?.path ?? '', readFileSync(first?.path ?? '').subarray(0, 12));
    node.wait(15);
    await node.look('b');
    expect(await node.tell()).toMatchObject({ taken: 1, waiting: 0 });
    expect(hubState(node.directory).lost).toMatchObject({ count: 1 });
    expect(statSync(`${spoolOf(node.directory)}/damaged`).size).toBe(12);
  });

  it('loses the oldest of more than a day of looks, and says how many until a report has said it', async () => {
    const node = await anEnrolledNode(hub.url);
    hub.interrupt = (_heard, response) => {
      response.destroy();
      return true;
    };
    for (let turn = 0; turn < 99; turn += 1) {
      await node.look(`${turn}`);
      node.wait(15);
    }
    expect(await node.tell()).toMatchObject({ taken: 0, waiting: 96 });
    expect(hubState(node.directory).lost).toMatchObject({
      count: 3,
      because: expect.stringContaining('the oldest went'),
    });
    hub.interrupt = () => false;
    await node.tell();
    expect(hubState(node.directory).lost).toMatchObject({ count: 3 });
    await node.look('the word of it');
    node.wait(15);
    await node.look('and after');
    await node.tell();
    expect(hubState(node.directory).lost).toBeNull();
  });

  it('hands over a look that its disk does not take, and what it cannot note', async () => {
    const node = await anEnrolledNode(hub.url);
    rmSync(`${node.directory}/state.json`);
    mkdirSync(`${node.directory}/state.json`);
    const outcome = await node.tell(liveHttp, { unkept: node.packed('full'), lost: '' });
    expect(outcome).toMatchObject({
      taken: 1,
      waiting: 0,
      error: expect.stringContaining('state.json is a directory'),
    });
    expect(requestsIn(hub)).toEqual(['POST enrol', 'PUT reports']);
  });

  it('says of a report that is too large why nobody gets it', async () => {
    const node = await anEnrolledNode(hub.url);
    expect(await node.tell(liveHttp, { unkept: null, lost: 'it is too large' })).toMatchObject({
      taken: 0,
      waiting: 0,
    });
    expect(hubState(node.directory).lost).toMatchObject({ count: 1, because: 'it is too large' });
  });

  it('waits for no time that a wrong clock wrote', async () => {
    const node = await anEnrolledNode(hub.url);
    hub.interrupt = (_heard, response) => {
      say(response, 503, { error: 'later' }, { 'retry-after': '3600' });
      return true;
    };
    node.wait(60 * 24 * 365);
    await node.look('a');
    await node.tell();
    hub.interrupt = () => false;
    node.wait(-60 * 24 * 365);
    await node.look('b');
    expect(await node.tell()).toMatchObject({ taken: 2, waiting: 0 });
  });
});

describe('what people said in the hub', () => {
  it('is held as the word of somebody of the hub, and is gone when it was taken back', async () => {
    hub.acknowledgements = [{ ...WORD, by: 'anna\u202e', more: 'of a later version' }];
    const node = await anEnrolledNode(hub.url);
    await node.look('a');
    await node.tell();
    expect(hubAcknowledgements(node.path)).toEqual({ list: [{ ...WORD, by: 'anna\\u202e (hub)' }], problem: '' });
    hub.acknowledgements = [];
    node.wait(15);
    await node.look('a');
    await node.tell();
    expect(hubAcknowledgements(node.path)).toEqual({ list: [], problem: '' });
  });

  it('hides nothing where its file was damaged', async () => {
    hub.acknowledgements = [WORD];
    const node = await anEnrolledNode(hub.url);
    await node.look('a');
    await node.tell();
    writeFileSync(`${node.directory}/acknowledged.json`, '[{]');
    expect(hubAcknowledgements(node.path)).toEqual({
      list: [],
      problem: expect.stringContaining('nothing counts as acknowledged'),
    });
  });
});

describe('whether a hub knows this node', () => {
  it('is asked before and after it heard of a look', async () => {
    const node = await anEnrolledNode(hub.url);
    const line = { ...node.hub(), send: liveHttp, now: node.now };
    expect(await askHub(line, null)).toBeNull();
    await node.look('a');
    await node.tell();
    const { takenAt, contentDigest } = hubState(node.directory);
    expect(await askHub(line, { takenAt: takenAt ?? '', contentDigest: contentDigest ?? '' })).toBeNull();
    expect(hub.complaints).toEqual([]);
    hub.interrupt = (_heard, response) => {
      say(response, 403, { error: 'this node was revoked in the hub' });
      return true;
    };
    expect(await askHub(line, null)).toContain('revoked');
  });
});

describe('a hub with a certificate of an authority that the system does not know', () => {
  it('is spoken to only by who was given that authority', async () => {
    const { ca, issue } = makeAuthority();
    const made = issue('IP:127.0.0.1');
    const at = await endpoint(status(201, { nodeId: NODE_ID }), made);
    const asked = {
      ...{ cluster: 'lab', node: 'pve1', machineId: '0'.repeat(32), toolVersion: '1', token: TOKEN, publicKey: '' },
    };
    const [without, trusting] = [
      await enrolAt(at.url, asked, null, liveHttp),
      await enrolAt(at.url, asked, ca, liveHttp),
    ];
    await at.close();
    expect(without).toEqual({
      state: 'later',
      because: expect.stringContaining('certificate of 127.0.0.1 is not valid'),
    });
    expect(trusting).toEqual({ state: 'enrolled', nodeId: NODE_ID });
    expect(at.received).toHaveLength(1);
  });
});
