import { createPrivateKey, createPublicKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { sendHeartbeat } from '../../src/channels/hub.ts';
import type { HttpRequest } from '../../src/host/send-http.ts';
import { MOST_GZIP_BYTES, MOST_REPORT_BYTES } from '../../src/model/hub/protocol.ts';
import { signatureBase } from '../../src/model/hub/signature.ts';
import { publicKeyOf } from '../../src/store/hub-files.ts';
import { SPOOL_LIMITS } from '../../src/store/hub-spool.ts';
import { read } from '../repo/repository.ts';

const PAGE = read('docs/hub-protocol.md');
const VECTORS = PAGE.slice(PAGE.indexOf('### Test vectors'), PAGE.indexOf('### Content digest'));
const [publicKey = '', body = '', base = '', signature = ''] = [...VECTORS.matchAll(/```text\n([\s\S]*?)\n```/g)].map(
  ([, text = '']) => text,
);

/** RFC 8032, section 7.1, test 1, as PKCS #8 (RFC 8410, section 7). */
const SEED = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';
const key = createPrivateKey({
  key: Buffer.from(`302e020100300506032b657004220420${SEED}`, 'hex'),
  format: 'der',
  type: 'pkcs8',
});

describe('the page of the protocol', () => {
  it('has vectors that this program signs in the same way', async () => {
    expect(publicKeyOf(key)).toBe(publicKey);
    expect(
      createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' }).asymmetricKeyType,
    ).toBe('ed25519');
    const nodeId = '0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b';
    const enrolment = {
      ...{ url: 'https://example.org/below/a/path', nodeId, cluster: 'lab', node: 'pve1' },
      ...{ enrolledAt: '', authorities: null },
    };
    const sent: HttpRequest[] = [];
    const send = async (request: HttpRequest) => {
      sent.push(request);
      return { outcome: 'failed', because: 'nobody is there' } as const;
    };
    const now = () => new Date('2026-11-23T01:00:00.000Z');
    await sendHeartbeat({ enrolment, key, send, now }, JSON.parse(body));
    const [request] = sent;
    expect(Buffer.from(request?.body ?? '').toString('utf8')).toBe(body);
    expect(request?.headers['signature']).toBe(signature);
    expect(request?.url).toBe(`https://example.org/below/a/path/v1/heartbeat/${nodeId}`);
    const bodyDigest = request?.headers['content-digest'] ?? '';
    const parts = { method: 'POST', path: `/v1/heartbeat/${nodeId}`, bodyDigest, contentDigest: null, nodeId };
    expect(signatureBase({ ...parts, created: 1_795_395_600 })).toBe(base);
  });

  it('says the limits that hold', () => {
    const mib = (bytes: number) => `${bytes / 1024 / 1024} MiB`;
    expect(PAGE).toContain(`up to ${SPOOL_LIMITS.count} reports and ${mib(SPOOL_LIMITS.bytes)}`);
    expect(PAGE).toContain(`above ${mib(MOST_GZIP_BYTES)} of gzip or ${mib(MOST_REPORT_BYTES)} of JSON`);
  });
});
