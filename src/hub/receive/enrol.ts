import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { EnrolAnswer, EnrolRequest } from '../../model/hub/protocol.ts';
import { having, rule, text } from '../../model/json-shape.ts';
import { type Intake, type IntakeParts, jsonOf, MOST_SMALL_BYTES } from './intake.ts';
import { rateLimit } from './rate-limit.ts';
import { Refused } from './refusal.ts';
import { ed25519Key } from './signature-check.ts';

/** A cluster of some dozens of nodes may come from one address; nobody else needs more than that. */
const ADDRESS_RATE = { burst: 100, pauseMs: 3000 };

const TOKEN_FORM = /^pvd_[A-Za-z0-9_-]{43}$/;

/** A new token: 256 random bits. It is shown once; the hub keeps only its hash. */
export const newToken = (): string => `pvd_${randomBytes(32).toString('base64url')}`;

export const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** Words with one blank between: two names that look alike are one. */
export const isClusterName = (text: string): boolean =>
  /^(?=.{1,100}$)[^\p{Cc}\p{Cf}\p{Cs}\p{Z}]+(?: [^\p{Cc}\p{Cf}\p{Cs}\p{Z}]+)*$/u.test(text);

export const CLUSTER_NAME_WORDS = 'a name of 1 to 100 characters, without blanks around it or several between words';

const ENROL_REQUEST = having({
  // A host name (RFC 1123): what PVE takes as the name of a node.
  node: rule((value) => typeof value === 'string' && /^[A-Za-z0-9][A-Za-z0-9.-]{0,62}$/.test(value), "a node's name"),
  cluster: rule((value) => typeof value === 'string' && isClusterName(value), CLUSTER_NAME_WORDS),
  machineId: rule((value) => typeof value === 'string' && /^[0-9a-f]{32}$/.test(value), '32 hexadecimal digits'),
  token: text,
  publicKey: text,
  toolVersion: rule((value) => typeof value === 'string' && /^[\x21-\x7e]{1,50}$/.test(value), 'a version'),
});

const REASONS = {
  token: [403, 'the token is wrong, used up, too old, or good for another cluster'],
  taken: [409, 'a node of this cluster, name and machine id has another key: revoke and forget it in the hub first'],
  revoked: [403, 'this node was revoked in the hub: forget it there before it enrols again'],
} as const;

/** Pins the key of a node that shows a token. */
export function openEnrolment({ store, now, health, counters }: IntakeParts, { enrolments, nodes }: Intake) {
  const limit = rateLimit(ADDRESS_RATE, () => now().getTime());
  return async (incoming: IncomingMessage, address: string): Promise<EnrolAnswer> => {
    const wait = limit.take(address);
    if (wait > 0) throw new Refused(429, 'too many tries to enrol from this address', wait);
    return await enrolments.withBody(incoming, { sender: address, most: MOST_SMALL_BYTES }, async (body) => {
      const { token, publicKey, cluster, node, machineId, toolVersion } = jsonOf<EnrolRequest>(body, ENROL_REQUEST);
      if (ed25519Key(publicKey) === null) throw new Refused(422, 'publicKey is not an Ed25519 key as SPKI in base64');
      // What has not the form of a token is not looked for, and is refused in the same words.
      const tokenHash = TOKEN_FORM.test(token) ? hashOf(token) : '';
      const request = { cluster, node, machineId, toolVersion, publicKey, tokenHash };
      const time = now().toISOString();
      const result = await health.watch(() => store.enrol(request, time));
      if (result.state === 'refused') {
        const [status, reason] = REASONS[result.reason];
        throw new Refused(status, reason);
      }
      counters.count('enrolled');
      nodes.forget(result.nodeId);
      await health.watch(() =>
        store.audit({ at: time, who: `${cluster}/${node}`, action: 'enrol', detail: `from ${address}` }),
      );
      return { nodeId: result.nodeId };
    });
  };
}
