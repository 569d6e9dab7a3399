import { createHash } from 'node:crypto';
import * as client from 'openid-client';
import { having, text } from '../../model/json-shape.ts';
import type { OidcSettings } from '../config/hub-config.ts';
import { Refused } from '../receive/refusal.ts';
import type { Role } from '../store/people.ts';
import type { Vouched } from './logins.ts';

/** What the browser keeps while it is away at the issuer; nothing of it is worth anything without the cookie. */
interface OnTheWay {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly next: string;
}

export const LOGIN_SECONDS = 600;

/** The issuer's description is asked for anew after so long, since its keys change. */
const DESCRIPTION_MS = 60 * 60 * 1000;

/** OpenID Connect, code flow with PKCE, by a library that is certified for it; what is ours is which claim makes which role. */
export function oidcLogin(settings: OidcSettings, now: () => Date) {
  let described: { readonly configuration: client.Configuration; readonly until: number } | null = null;
  const describe = async (): Promise<client.Configuration> => {
    if (described !== null && described.until > now().getTime()) return described.configuration;
    const issuer = new URL(settings.issuer);
    const authentication =
      settings.clientSecret === null ? client.None() : client.ClientSecretPost(settings.clientSecret.reveal());
    // Only an issuer on this machine may be without TLS, as the kind of the setting says.
    const insecure = issuer.protocol === 'http:' ? [client.allowInsecureRequests] : [];
    // The token's signature is checked too, not only the line that it came by.
    const execute = [client.enableNonRepudiationChecks, ...insecure];
    const configuration = await client.discovery(issuer, settings.clientId, undefined, authentication, {
      execute,
      timeout: 10,
    });
    described = { configuration, until: now().getTime() + DESCRIPTION_MS };
    return configuration;
  };
  return {
    /** Where the browser is sent, and what it keeps until it comes back. */
    begin: async (callback: string, next: string): Promise<{ readonly address: string; readonly kept: string }> => {
      const configuration = await describe().catch(unreachable);
      const way: OnTheWay = {
        state: client.randomState(),
        nonce: client.randomNonce(),
        verifier: client.randomPKCECodeVerifier(),
        next,
      };
      const address = client.buildAuthorizationUrl(configuration, {
        redirect_uri: callback,
        scope: settings.scope,
        state: way.state,
        nonce: way.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(way.verifier),
        code_challenge_method: 'S256',
      });
      return { address: address.href, kept: Buffer.from(JSON.stringify(way)).toString('base64url') };
    },
    /** `callback`: the address with all that the issuer put behind it. */
    end: async (callback: URL, kept: string | undefined): Promise<{ readonly who: Vouched; readonly next: string }> => {
      const way = onTheWay(kept);
      if (way === null)
        throw new Refused(403, 'this login did not begin in this browser, or took too long: begin again');
      const configuration = await describe().catch(unreachable);
      const tokens = await client
        .authorizationCodeGrant(configuration, callback, {
          pkceCodeVerifier: way.verifier,
          expectedState: way.state,
          expectedNonce: way.nonce,
          idTokenExpected: true,
        })
        .catch((error: unknown) => {
          throw new Refused(403, `the login at ${settings.label} was not accepted (${codeOf(error)})`);
        });
      const claims = tokens.claims() ?? {};
      return { who: whoIs(claims, settings), next: way.next };
    },
  };
}

export type OidcLogin = ReturnType<typeof oidcLogin>;

function unreachable(): never {
  throw new Refused(
    503,
    'the issuer of the login cannot be reached, or does not describe itself as OpenID Connect asks',
    30,
  );
}

/** The library's own word: the error's message may hold what the issuer said. */
function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const said = error instanceof Error && 'error' in error ? error.error : code;
  return typeof said === 'string' && /^[A-Za-z_]{1,60}$/.test(said) ? said : 'no reason given';
}

const ON_THE_WAY = having({ state: text, nonce: text, verifier: text, next: text });

function onTheWay(kept: string | undefined): OnTheWay | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(kept ?? '', 'base64url').toString('utf8'));
    return ON_THE_WAY(value, '') === null ? (value as OnTheWay) : null;
  } catch {
    return null;
  }
}

/**
 * Who it is, and as what. The issuer's id of the user is part of the name: `preferred_username` may be changed by its owner and
 * stand twice (OpenID Connect Core 1.0, section 5.7), and two people with one name would share the role of either.
 */
export function whoIs(claims: Readonly<Record<string, unknown>>, settings: OidcSettings): Vouched {
  const subject = createHash('sha256')
    .update(`${settings.issuer} ${String(claims['sub'])}`)
    .digest('hex')
    .slice(0, 10);
  const called = claims[settings.nameClaim];
  const name = typeof called === 'string' && called !== '' ? called.slice(0, 100) : 'user';
  const role = roleOf(claims[settings.roleClaim], settings);
  if (role === null)
    throw new Refused(403, `${settings.label} knows you, and none of your groups has a role in this hub`);
  return { realm: 'oidc', name: `${name}#${subject}`, role, isFixed: true };
}

function roleOf(claim: unknown, { admins, operators, viewers }: OidcSettings): Role | null {
  const groups = (Array.isArray(claim) ? claim : [claim]).filter((one) => typeof one === 'string');
  const isIn = (names: readonly string[]): boolean => names.some((name) => name === '*' || groups.includes(name));
  if (isIn(admins)) return 'admin';
  if (isIn(operators)) return 'operator';
  return isIn(viewers) ? 'viewer' : null;
}
