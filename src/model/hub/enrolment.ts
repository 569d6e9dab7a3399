import { flag, having, number, orNull, type Rule, text, whole } from '../json-shape.ts';

/** A hub that this node reports to. Whoever has such a record has a channel: nothing stands in the configuration. */
export interface Enrolment {
  readonly url: string;
  readonly nodeId: string;
  /** As it was told to the hub. */
  readonly cluster: string;
  readonly node: string;
  readonly enrolledAt: string;
  /** Certificates of authorities besides the node's own list, PEM; null where there are none. */
  readonly authorities: string | null;
}

export const ENROLMENT: Rule = having({
  ...{ url: text, nodeId: text, cluster: text, node: text, enrolledAt: text },
  authorities: orNull(text),
});

/** What this node knows of what the hub has, and of what does not go out. */
export interface HubState {
  /** The content digest of the report that the hub took last; null where nobody knows. */
  readonly contentDigest: string | null;
  /** When that report was taken whole, and when the hub last took anything. */
  readonly wholeAt: string | null;
  readonly sentAt: string | null;
  /** Of the look that it last heard of. */
  readonly takenAt: string | null;
  readonly waiting: {
    readonly since: string;
    readonly attempts: number;
    /** Until somebody acts: it is tried less often. */
    readonly refused: boolean;
    readonly error: string;
    readonly notBefore: string;
  } | null;
  /** Reports that nobody will ever get, since the last one that said so. */
  readonly lost: { readonly count: number; readonly at: string; readonly because: string } | null;
}

export const NOTHING_HEARD: HubState = {
  ...{ contentDigest: null, wholeAt: null, sentAt: null, takenAt: null, waiting: null, lost: null },
};

export const HUB_STATE: Rule = having({
  ...{ contentDigest: orNull(text), wholeAt: orNull(text), sentAt: orNull(text), takenAt: orNull(text) },
  waiting: orNull(having({ since: text, attempts: number, refused: flag, error: text, notBefore: text })),
  lost: orNull(having({ count: whole, at: text, because: text })),
});

const LOCAL = new Set(['localhost', '127.0.0.1', '[::1]']);

/** The address of a hub in its one form, or what is wrong with it as the rest of a sentence. */
export function hubAddress(typed: string): { readonly url: string } | { readonly wrong: string } {
  if (/[\p{Cc}\s?#@]/u.test(typed) || !URL.canParse(typed))
    return { wrong: 'is no address such as https://hub.example.org, without user name, password and query' };
  const url = new URL(typed);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && LOCAL.has(url.hostname)))
    return { wrong: 'must begin with https://; http:// is for a hub on this very machine' };
  return { url: url.href.replace(/\/+$/, '') };
}

/** As a directory and a channel are called: `hub.example.org`, `hub.example.org:8443`, `example.org_hub`. */
export function hubName(url: string): string {
  const { host, pathname } = new URL(url);
  const name = `${host}${pathname === '/' ? '' : pathname}`.replace(/[^A-Za-z0-9.:_-]/g, '_').slice(0, 200);
  // A host may be called `..`, which is no directory of its own.
  return name.replace(/^\.+/, '_');
}

export const hubChannel = (url: string): string => `hub ${hubName(url)}`;
