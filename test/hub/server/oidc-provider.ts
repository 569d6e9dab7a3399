import { createHash, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * A small OpenID provider, written from OpenID Connect Core 1.0 and Discovery 1.0, RFC 6749 and RFC 7636: discovery, authorization
 * by code with PKCE, token with a signed id token, keys. It asks nobody for a password.
 */
export interface TestProvider {
  readonly issuer: string;
  /** Of the next user that comes. */
  claims: Readonly<Record<string, unknown>>;
  /** What the next token is to have wrong. */
  wrong: '' | 'nonce' | 'audience' | 'issuer' | 'signature' | 'expired';
  readonly stop: () => void;
}

interface Begun {
  readonly nonce: string;
  readonly challenge: string;
  readonly redirect: string;
}

export const CLIENT = { id: 'hub', secret: 'a-secret-of-the-client' } as const;

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

export async function startProvider(): Promise<TestProvider> {
  const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const strange = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const codes = new Map<string, Begun>();
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://localhost:${(server.address() as AddressInfo).port}`;
  const provider: TestProvider = { issuer, claims: {}, wrong: '', stop: () => server.close() };

  function idToken({ nonce }: Begun): string {
    const { wrong } = provider;
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: wrong === 'issuer' ? 'https://other.example' : issuer,
      aud: wrong === 'audience' ? 'somebody-else' : CLIENT.id,
      nonce: wrong === 'nonce' ? 'another' : nonce,
      ...(wrong === 'expired' ? { iat: now - 7200, exp: now - 3600 } : { iat: now, exp: now + 300 }),
      ...provider.claims,
    };
    const text = `${encoded({ alg: 'RS256', kid: 'k' })}.${encoded(claims)}`;
    const { privateKey } = wrong === 'signature' ? strange : keys;
    return `${text}.${sign('sha256', Buffer.from(text), privateKey).toString('base64url')}`;
  }

  function authorize(url: URL, response: ServerResponse): void {
    const query = url.searchParams;
    const code = randomUUID();
    const redirect = query.get('redirect_uri') ?? '';
    if (query.get('client_id') !== CLIENT.id || query.get('code_challenge_method') !== 'S256') {
      response.writeHead(400).end();
      return;
    }
    codes.set(code, { nonce: query.get('nonce') ?? '', challenge: query.get('code_challenge') ?? '', redirect });
    const back = new URLSearchParams({ code, state: query.get('state') ?? '', iss: issuer });
    response.writeHead(302, { location: `${redirect}?${back.toString()}` }).end();
  }

  function token(form: URLSearchParams, send: (value: unknown, status?: number) => void): void {
    const begun = codes.get(form.get('code') ?? '');
    codes.delete(form.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    const isClient = form.get('client_id') === CLIENT.id && form.get('client_secret') === CLIENT.secret;
    const isRight = begun?.challenge === challenge && begun.redirect === form.get('redirect_uri') && isClient;
    if (begun === undefined || !isRight) send({ error: 'invalid_grant' }, 400);
    else send({ access_token: 'x', token_type: 'Bearer', id_token: idToken(begun) });
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', issuer);
    const send = (value: unknown, status = 200): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    };
    if (url.pathname === '/.well-known/openid-configuration')
      return send({
        ...{
          issuer,
          authorization_endpoint: `${issuer}/authorize`,
          token_endpoint: `${issuer}/token`,
          jwks_uri: `${issuer}/keys`,
        },
        ...{ response_types_supported: ['code'], subject_types_supported: ['public'] },
        ...{ id_token_signing_alg_values_supported: ['RS256'], authorization_response_iss_parameter_supported: true },
      });
    if (url.pathname === '/keys')
      return send({ keys: [{ ...keys.publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'RS256', use: 'sig' }] });
    if (url.pathname === '/authorize') return authorize(url, response);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    token(new URLSearchParams(Buffer.concat(chunks).toString()), send);
  }

  return provider;
}
