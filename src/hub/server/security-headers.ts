/** No script or style but the hub's own files, nothing from elsewhere, in nobody's frame. */
export const POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

const YEAR_SECONDS = 31_536_000;

/** Of every answer. With `same-origin` a browser still says where a form comes from; with `no-referrer` it would say `null`. */
export const securityHeaders = (isSecure: boolean): Readonly<Record<string, string>> => ({
  'Content-Security-Policy': POLICY,
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'Cache-Control': 'no-store',
  ...(isSecure ? { 'Strict-Transport-Security': `max-age=${YEAR_SECONDS}` } : {}),
});

/**
 * Of a node's report, which has its style and script inside: what the page itself allows, and an origin of its own, so that
 * whatever it does it reaches neither the session nor another page of the hub.
 */
export function reportPolicy(html: string): string {
  // Our own text stands before anything of the node.
  const own = /<meta http-equiv="Content-Security-Policy" content="([^"<>]*)">/.exec(html)?.[1] ?? "default-src 'none'";
  return `${own}; frame-ancestors 'none'; sandbox allow-scripts`;
}
