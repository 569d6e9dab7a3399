/**
 * What a node signs: HTTP Message Signatures (RFC 9421) with Ed25519 over the method, the path, the digest of the body (RFC 9530)
 * and what the node calls the content of its report, as a digest. The path names the node and the report, so a signature is good for nothing else.
 */
import { CONTENT_DIGEST_HEADER } from './protocol.ts';

export interface SignedParts {
  readonly method: string;
  /** Without query; requests to a hub have none. */
  readonly path: string;
  /** The header: `sha-256=:…:`. */
  readonly bodyDigest: string;
  /** null where the request has none. */
  readonly contentDigest: string | null;
  readonly nodeId: string;
  /** Unix time in seconds by the node's clock. The hub does not judge it: clocks are wrong. */
  readonly created: number;
}

const componentsOf = ({ contentDigest }: SignedParts): readonly string[] => [
  '@method',
  '@path',
  'content-digest',
  ...(contentDigest === null ? [] : [CONTENT_DIGEST_HEADER]),
];

/** The parameters, as they stand in `Signature-Input` behind `node=`. */
export const signatureInput = (parts: SignedParts): string =>
  `(${componentsOf(parts)
    .map((name) => `"${name}"`)
    .join(' ')});created=${parts.created};keyid="${parts.nodeId}";alg="ed25519"`;

/** The signature base (RFC 9421, section 2.5): one line for each component, no line end behind the last. */
export function signatureBase(parts: SignedParts): string {
  const values: Readonly<Record<string, string>> = {
    '@method': parts.method,
    '@path': parts.path,
    'content-digest': parts.bodyDigest,
    [CONTENT_DIGEST_HEADER]: parts.contentDigest ?? '',
  };
  const lines = componentsOf(parts).map((name) => `"${name}": ${values[name] ?? ''}`);
  return [...lines, `"@signature-params": ${signatureInput(parts)}`].join('\n');
}

/** What `Signature-Input` says; null where it is none of ours. */
export function readSignatureInput(header: string): { readonly nodeId: string; readonly created: number } | null {
  const found = /^node=\([^()]*\);created=(\d{1,12});keyid="([0-9a-f-]{36})";alg="ed25519"$/.exec(header);
  return found === null ? null : { created: Number(found[1]), nodeId: String(found[2]) };
}
