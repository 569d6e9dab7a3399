import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';

/** `__Host-`: only over TLS, only for this host, so that no neighbour under the same domain can plant one (RFC 6265bis, 4.1.3.2). */
const nameOf = (name: string, isSecure: boolean): string => `${isSecure ? '__Host-' : ''}pve-doctor-hub${name}`;

/** Browsers take no `__Host-` cookie over plain http, not even from localhost. */
const options = (isSecure: boolean) => ({ path: '/', secure: isSecure, httpOnly: true, sameSite: 'Lax' }) as const;

/** One cookie of the hub; `isSecure`: the page is reached by https. */
export const cookie = (name: '' | '-oidc') => ({
  read: (context: Context, isSecure: boolean): string | undefined => getCookie(context, nameOf(name, isSecure)),
  set: (context: Context, isSecure: boolean, value: string, maxAgeSeconds?: number): void => {
    const age = maxAgeSeconds === undefined ? {} : { maxAge: maxAgeSeconds };
    setCookie(context, nameOf(name, isSecure), value, { ...options(isSecure), ...age });
  },
  clear: (context: Context, isSecure: boolean): void => {
    deleteCookie(context, nameOf(name, isSecure), options(isSecure));
  },
});
