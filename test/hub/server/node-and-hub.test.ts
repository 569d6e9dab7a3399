import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enrolAt, type HubLine, liveHttp, putReport, sendHeartbeat } from '../../../src/channels/hub.ts';
import { digestOfText, enrolBody, type Keys, newKeys, type RunningHub, reportOf, startHub } from './running-hub.ts';

let hub: RunningHub;
let isBroken = false;
beforeAll(async () => {
  hub = await startHub(undefined, (store) => ({
    ...store,
    heartbeat: async (batch) => {
      if (isBroken) throw new TypeError('not what anybody meant');
      return await store.heartbeat(batch);
    },
  }));
});
afterAll(() => hub.stop());

const AT = '2026-11-20T02:00:04.000Z';

async function lineOf(keys: Keys, node: string): Promise<HubLine> {
  const reply = await enrolAt(hub.url, enrolBody(await hub.token(), keys, node), null, liveHttp);
  if (reply.state !== 'enrolled') throw new Error(reply.because);
  const { nodeId } = reply;
  const enrolment = { url: hub.url, nodeId, cluster: 'hall-a', node, enrolledAt: AT, authorities: null };
  return { enrolment, key: keys.privateKey, send: liveHttp, now: () => new Date() };
}

const packed = (line: HubLine, node: string, takenAt = AT) => {
  const text = JSON.stringify(reportOf({ ...newKeys(), nodeId: line.enrolment.nodeId, node }, takenAt));
  return { takenAt, contentDigest: digestOfText(text), body: gzipSync(text) };
};

describe("a node's own channel", () => {
  it('is understood by the hub, and understands it', async () => {
    const line = await lineOf(newKeys(), 'pve1');
    const report = packed(line, 'pve1');
    expect(await sendHeartbeat(line, report)).toEqual({ state: 'unknown' });
    expect(await putReport(line, report)).toEqual({ state: 'taken', acknowledgements: [] });
    expect(await sendHeartbeat(line, report)).toEqual({ state: 'taken', acknowledgements: [] });
    const [problem] = await hub.store.problems({ nodeId: line.enrolment.nodeId, limit: 1, offset: 0 });
    const word = { by: 'alice@local', reason: 'known', at: hub.now().toISOString(), until: null };
    const said = { ...word, id: problem?.id ?? '', severity: problem?.severity ?? 'critical' };
    await hub.store.acknowledge({ nodeId: line.enrolment.nodeId }, said);
    expect(await sendHeartbeat(line, report)).toMatchObject({
      state: 'taken',
      acknowledgements: [{ id: said.id, reason: 'known' }],
    });
  });

  it('drops what will never be taken, and keeps its reports where it was revoked or the hub is broken', async () => {
    const line = await lineOf(newKeys(), 'pve2');
    const { nodeId } = line.enrolment;
    expect(await putReport(line, { ...packed(line, 'pve2'), body: gzipSync('{}') })).toMatchObject({ state: 'never' });
    isBroken = true;
    expect(await sendHeartbeat(line, packed(line, 'pve2'))).toMatchObject({ state: 'later' });
    isBroken = false;
    expect(hub.log.join('\n')).toContain('fault: TypeError: not what anybody meant');
    await hub.store.revoke(nodeId, hub.now().toISOString());
    expect(await putReport(line, packed(line, 'pve2'))).toMatchObject({ state: 'refused' });
  });

  it('is not enrolled with a token that is not good', async () => {
    const reply = await enrolAt(hub.url, enrolBody('pvd_wrong', newKeys()), null, liveHttp);
    expect(reply).toMatchObject({ state: 'refused', because: expect.stringContaining('403') });
  });
});
