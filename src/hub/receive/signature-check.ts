import { createHash, createPublicKey, type KeyObject, timingSafeEqual, verify } from 'node:crypto';
import { CONTENT_DIGEST_HEADER } from '../../model/hub/protocol.ts';
import { readSignatureInput, signatureBase, signatureInput } from '../../model/hub/signature.ts';

/** A request as it came, before its body is read. */
export interface SignedRequest {
  readonly method: string;
  readonly path: string;
  readonly header: (name: string) => string | undefined;
}

/** What is claimed, and by whom. */
export interface Claim {
  readonly nodeId: string;
  readonly bodyDigest: string;
  /** The text that was signed. */
  readonly base: string;
  readonly signature: Uint8Array;
}

/** Who claims to have signed; null where the headers do not have the one form that is taken. */
export function claimOf({ method, path, header }: SignedRequest): Claim | null {
  const input = header('signature-input') ?? '';
  const bodyDigest = header('content-digest') ?? '';
  const signature = /^node=:([A-Za-z0-9+/]{86}==):$/.exec(header('signature') ?? '')?.[1];
  const said = readSignatureInput(input);
  if (said === null || signature === undefined || !/^sha-256=:[A-Za-z0-9+/]{43}=:$/.test(bodyDigest)) return null;
  const parts = { method, path, bodyDigest, contentDigest: header(CONTENT_DIGEST_HEADER) ?? null, ...said };
  // Only these components in this order: a signature over less would leave something to change.
  if (input !== `node=${signatureInput(parts)}`) return null;
  return {
    nodeId: said.nodeId,
    bodyDigest,
    base: signatureBase(parts),
    signature: Buffer.from(signature, 'base64'),
  };
}

export function isSignedBy(key: KeyObject, { base, signature }: Claim): boolean {
  try {
    return verify(null, Buffer.from(base), key, signature);
  } catch {
    return false;
  }
}

/** Whether the body is the one whose digest was signed. */
export function isBodyOf({ bodyDigest }: Claim, body: Uint8Array): boolean {
  const digest = `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
  return timingSafeEqual(Buffer.from(digest), Buffer.from(bodyDigest));
}

/** An Ed25519 key in its one spelling (RFC 8410): SPKI, DER, base64. Null where the text is anything else. */
export function ed25519Key(publicKey: string): KeyObject | null {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
    const spelled = key.export({ format: 'der', type: 'spki' }).toString('base64');
    return key.asymmetricKeyType === 'ed25519' && spelled === publicKey ? key : null;
  } catch {
    return null;
  }
}
