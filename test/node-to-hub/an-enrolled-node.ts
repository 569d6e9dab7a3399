import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { enrolAt, liveHttp } from '../../src/channels/hub.ts';
import { type HubOutcome, type HubSending, type OwnLook, tellHub } from '../../src/notify/hub-round.ts';
import { hubDirectory, keepEnrolment, keyFor, knownHubs, publicKeyOf, spoolOf } from '../../src/store/hub-files.ts';
import { spool } from '../../src/store/hub-spool.ts';
import { scratchDirectory } from '../store/scratch.ts';
import { TOKEN } from './stand-in-hub.ts';

export const contentNamed = (name: string): string => createHash('sha256').update(name).digest('hex');

/** A node with a disk and a clock of its own that has enrolled with the hub at that address. */
export async function anEnrolledNode(url: string, path = `${scratchDirectory()}/state`) {
  const directory = hubDirectory(path, url);
  const key = await keyFor(directory);
  const asked = {
    ...{ cluster: 'lab', node: 'pve1', machineId: '0'.repeat(32), toolVersion: '1' },
    ...{ token: TOKEN, publicKey: publicKeyOf(key) },
  };
  const reply = await enrolAt(url, asked, null, liveHttp);
  if (reply.state !== 'enrolled') throw new Error(reply.because);
  const { nodeId } = reply;
  const enrolledAt = '2026-11-23T00:00:00.000Z';
  await keepEnrolment(directory, { url, nodeId, cluster: 'lab', node: 'pve1', enrolledAt, authorities: null });
  let clock = Date.parse('2026-11-23T01:00:00.000Z');
  const hub = () => {
    const [one] = knownHubs(path).hubs;
    if (one === undefined) throw new Error(JSON.stringify(knownHubs(path).broken));
    return one;
  };
  const now = () => new Date(clock);
  const packed = (says: string) => ({
    ...{ takenAt: now().toISOString(), contentDigest: contentNamed(says) },
    body: gzipSync(JSON.stringify({ says })),
  });
  return {
    path,
    directory,
    packed,
    hub,
    now,
    wait: (minutes: number) => {
      clock += minutes * 60_000;
    },
    /** A look that says this. */
    look: (says: string) => spool(spoolOf(directory), packed(says)),
    tell: (send: HubSending['send'] = liveHttp, own?: OwnLook): Promise<HubOutcome> =>
      tellHub(hub(), { send, now, elapsedMs: () => performance.now() }, own),
  };
}
