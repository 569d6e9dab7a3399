import { generateKeyPairSync } from 'node:crypto';
import { enrolAt, putReport, sendHeartbeat } from '../../../src/channels/hub.ts';
import { readEnrolAnswer, readHubAnswer } from '../../../src/channels/hub-answer.ts';
import { acknowledge } from '../../../src/model/report/acknowledgement.ts';
import { UNPRINTABLE } from '../../../src/model/unprintable.ts';
import { troubledReport } from '../../data/sample-report.ts';
import { hashOf } from '../chance.ts';
import { expectSame, expectTrue } from '../sound.ts';
import { JSON_WORDS, type Target, target } from '../target.ts';
import { HOSTILE_WORDS } from './hostile-words.ts';

const { privateKey } = generateKeyPairSync('ed25519');
const TOKEN = 'pvd_secret-token';
const STATUSES = [200, 201, 204, 302, 400, 401, 403, 404, 409, 413, 422, 429, 500, 503];

const word = (id: string): string =>
  JSON.stringify({
    ...{ id, severity: 'critical', by: 'anna', reason: 'known' },
    ...{ at: '2026-11-23T00:00:00.000Z', until: '2027-01-01T00:00:00Z' },
  });

const problems = troubledReport.problems;

/** Everything that a hub says to a node. */
const answers = target({
  name: 'hub-answers',
  share: 0.2,
  texts: () => [
    `{"acknowledgements":[${problems.map(({ id }) => word(id)).join(',')}]}`,
    `{"acknowledgements":[${word('server:10.9.0.2')}],"severity":"notice","config":{}}`,
    '{"nodeId":"0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"}',
    '{"error":"this node was revoked in the hub"}',
  ],
  words: [
    ...[
      ...JSON_WORDS,
      ...HOSTILE_WORDS,
      '"acknowledgements":[',
      '"nodeId":',
      '"error":',
      '"id":"',
      '"until":',
      '"by":',
    ],
    ...['"severity":"critical"', '"severity":"none"', '9999-12-31T23:59:59Z', '../../etc', `"${TOKEN}"`, '\\u001b[2J'],
  ],
  read: async (text) => {
    const status = STATUSES[hashOf(text) % STATUSES.length] ?? 200;
    const send = async () =>
      ({
        outcome: 'answered',
        status,
        body: text,
        retryAfterMs: text.length,
        redirectHost: text.slice(0, 40),
      }) as const;
    const enrolment = {
      ...{ url: 'https://hub.example.org', nodeId: 'x', cluster: 'lab', node: 'pve1', enrolledAt: '' },
      authorities: null,
    };
    const line = { enrolment, key: privateKey, send, now: () => new Date(0) };
    const seen = { takenAt: '2026-11-23T00:00:00.000Z', contentDigest: '0'.repeat(64) };
    const asked = {
      ...{ cluster: 'lab', node: 'pve1', machineId: '0'.repeat(32), toolVersion: '1', token: TOKEN, publicKey: '' },
    };
    return {
      words: readHubAnswer(text),
      nodeId: readEnrolAnswer(text),
      replies: [await putReport(line, { ...seen, body: new Uint8Array() }), await sendHeartbeat(line, seen)],
      enrolled: await enrolAt('https://hub.example.org', asked, null, send),
    };
  },
  laws: ({ words, nodeId, replies, enrolled }) => {
    expectTrue(nodeId === null || /^[0-9a-f-]{36}$/.test(nodeId), `an id that is none: ${nodeId}`);
    for (const reply of [...replies, enrolled]) {
      if (!('because' in reply)) continue;
      expectTrue(reply.because.search(UNPRINTABLE) === -1, `not printable: ${JSON.stringify(reply.because)}`);
      expectTrue(reply.because.length < 700, 'a long sentence');
      if ('waitMs' in reply) expectTrue(Number.isFinite(reply.waitMs), 'an endless wait');
    }
    if ('because' in enrolled) expectTrue(!enrolled.because.includes(TOKEN), 'the token is said');
    for (const { by, reason } of words ?? []) {
      expectTrue(`${by}${reason}`.search(UNPRINTABLE) === -1, 'a word that acts on a terminal');
      expectTrue(by.endsWith(' (hub)') && by.length < 120 && reason.length <= 1000, 'a word that is not bounded');
    }
    // Whatever a hub says, of the problems of a node only what was acknowledged changes.
    const after = acknowledge(problems, words ?? [], '2026-11-23T01:00:00.000Z');
    expectSame(
      after.map((problem) => ({ ...problem, acknowledged: null })),
      problems.map((problem) => ({ ...problem, acknowledged: null })),
      'an answer changed a problem',
    );
  },
  growsOtherwise: true,
});

export const HUB_ANSWERS: readonly Target[] = [answers];
