/**
 * Where to go after a login: a path of this hub, never an address. `//host`, `/\host` and control characters, which browsers
 * drop, would lead away.
 */
export function nextPath(text: string | undefined): string {
  if (text === undefined || text.length > 2000 || !/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(text)) return '/';
  const origin = 'https://hub.invalid';
  const url = URL.canParse(text, origin) ? new URL(text, origin) : null;
  // `/..//host` is `//host` once it was read.
  const isOwn = url !== null && url.origin === origin && !url.pathname.startsWith('//');
  return isOwn ? `${url.pathname}${url.search}` : '/';
}
