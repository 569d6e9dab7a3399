import { describe, expect, it } from 'vitest';
import { aRecord } from '../../test/data/node-records.ts';
import { type HostContents, memoryHost } from '../host/memory-host.ts';
import { known } from '../model/reading.ts';
import { collectPeers } from './peers.ts';

const cluster = known({ nodeName: 'pve1', nodeNames: ['pve1', 'pve2'], quorate: true, clusterName: 'lab' });
const nodelist = {
  pve1: { id: 1, online: 1, ip: '10.99.0.1' },
  pve2: { id: 2, online: 1, ip: '10.99.0.2' },
  pve3: { id: 3, online: 0, ip: '10.99.0.3' },
};
const members = { nodename: 'pve1', cluster: { name: 'lab', quorate: 1 }, nodelist };
const record = aRecord('pve2');
const answer = {
  outcome: 'read',
  members,
  records: { pve2: { text: JSON.stringify(record) }, pve9: { problem: 'it is not base64' } },
};
const times = { askedAt: '2026-11-20T02:00:01.000Z', answeredAt: '2026-11-20T02:00:05.000Z' };

const peersOf = async (value: unknown, nodes?: HostContents['nodes']) => {
  const reading = await collectPeers(
    memoryHost({ commands: { 'cluster-records': { stdout: [JSON.stringify(value)] } }, ...(nodes && { nodes }) }),
    cluster,
  );
  return reading.state === 'known' ? reading.value : reading;
};

describe('what the nodes of a cluster told', () => {
  it('is read with who is a member', async () => {
    expect(await peersOf(answer)).toMatchObject({
      ...{ self: 'pve1', quorate: true, fresh: null },
      words: new Map([
        ['pve2', { state: 'record', record }],
        ['pve9', { state: 'unusable', kind: 'damaged', because: 'its record cannot be read: it is not base64' }],
      ]),
    });
  });

  it.each<[string, unknown, string]>([
    ['of another form', { outcome: 'x' }, 'unreadable'],
    ['without a cluster', { ...answer, members: { nodename: 'pve1' } }, 'absent'],
    ['without PVE', { outcome: 'missing' }, 'absent'],
    ['that failed', { outcome: 'failed', detail: 'ipcc_send_rec[1] failed: Connection refused\n' }, 'unreadable'],
    ['with a member that is none', { ...answer, members: { ...members, nodelist: { pve1: 1 } } }, 'unreadable'],
    ['without this node', { ...answer, members: { ...members, nodename: 'pve7' } }, 'unreadable'],
  ])('is nothing in an answer %s', async (_, value, state) => {
    expect(await peersOf(value)).toMatchObject({ state });
  });

  it('is not asked for where there is no cluster', async () => {
    const alone = known({ ...cluster.value, clusterName: '' });
    expect(await collectPeers(memoryHost({}), alone)).toMatchObject({ state: 'absent' });
  });

  it('comes from the nodes that are online, where they are asked', async () => {
    const run = { stdout: [JSON.stringify(record), JSON.stringify(record)] };
    const peers = await peersOf(answer, { pve2: { ...times, run } });
    const words = [record, record].map((one) => ({ state: 'record', record: one }));
    expect(peers).toMatchObject({ fresh: new Map([['pve2', { state: 'answered', ...times, words }]]) });
  });

  it('is silence of a node that does not answer, in the words of ssh', async () => {
    const run = { exitCode: 255, stderr: ['ssh: connect to host 10.99.0.2 port 22: Connection refused'] };
    const because =
      'it was asked over ssh, which ended with exit status 255: ssh: connect to host 10.99.0.2 port 22: Connection refused';
    expect(await peersOf(answer, { pve2: { ...times, run } })).toMatchObject({
      fresh: new Map([['pve2', { state: 'silent', because }]]),
    });
    expect(await peersOf(answer, { pve2: { ...times, run: {} } })).toMatchObject({
      fresh: new Map([['pve2', { state: 'silent', because: 'its pve-doctor printed no record' }]]),
    });
  });

  it('tells of a wrong host key what comes after the box around it', async () => {
    const box = [
      '@@@@@@@@',
      '@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @',
      '@@@@@@@@',
      'IT IS POSSIBLE THAT',
      'x',
    ];
    const run = { exitCode: 255, stderr: [...box, 'Host key verification failed.', ''] };
    const because = 'it was asked over ssh, which ended with exit status 255: Host key verification failed.';
    expect(await peersOf(answer, { pve2: { ...times, run } })).toMatchObject({
      fresh: new Map([['pve2', { state: 'silent', because }]]),
    });
  });
});
