import { isIP } from 'node:net';
import { type Judged, type Kind, quoted, textKind, typeOf } from '../../model/config/kind.ts';
import { HTTPS_URL } from '../../model/config/kinds.ts';

/** Kinds of values that only the hub has. */

const UNIT_MS: ReadonlyMap<string, number> = new Map([
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

const YEAR_MS = 366 * 86_400_000;

/** Milliseconds. */
export const SPAN: Kind<number> = textKind(
  'a time of minutes, hours or days such as "30m", "26h" or "7d", up to 366 days',
  (text) => {
    const [, digits = '', unit = ''] = /^([1-9]\d{0,5}) *([mhd])$/.exec(text.trim()) ?? [];
    const ms = Number(digits) * (UNIT_MS.get(unit) ?? 0);
    return ms > 0 && ms <= YEAR_MS ? ms : undefined;
  },
  (ms) => {
    const [unit, size] = [...UNIT_MS].findLast(([, each]) => ms % each === 0) ?? ['m', 60_000];
    return quoted(`${ms / size}${unit}`);
  },
);

/** An address of this machine with a port; `[::1]:8470` for IPv6. */
export const LISTEN: Kind<{ readonly host: string; readonly port: number }> = textKind(
  'an address and a port such as "127.0.0.1:8470" or "[::]:443"',
  (text) => {
    const [, six, four, port = ''] = /^(?:\[([0-9A-Fa-f:.]{2,45})\]|([0-9.]{7,15})):(\d{1,5})$/.exec(text.trim()) ?? [];
    const host = six ?? four ?? '';
    return isIP(host) !== 0 && Number(port) <= 65_535 ? { host, port: Number(port) } : undefined;
  },
  ({ host, port }) => quoted(host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`),
);

export const BOOLEAN: Kind<boolean> = {
  wants: 'true or false',
  isSecret: false,
  judge: (value): Judged<boolean> =>
    typeof value === 'boolean'
      ? { value, shown: `${value}` }
      : { wrong: `must be true or false, and is ${typeOf(value)}` },
  fromText: (text) => text === 'true' || (text === 'false' ? false : text),
};

const MOST_ENTRIES = 200;

/** A list of texts; one alone may stand without brackets. */
export function list(wants: string, isRight: (text: string) => boolean): Kind<readonly string[]> {
  const judge = (value: unknown): Judged<readonly string[]> => {
    const entries: readonly unknown[] = Array.isArray(value) ? value : [value];
    const texts = entries.filter((entry) => typeof entry === 'string');
    if (texts.length < entries.length || texts.length > MOST_ENTRIES || !texts.every(isRight))
      return { wrong: `must be ${wants}` };
    return { value: texts, shown: `[${texts.map(quoted).join(', ')}]` };
  };
  return { wants, isSecret: false, judge, fromText: (text) => text.split(',') };
}

export const NAMES = list(
  'a list of names, each of up to 200 characters',
  (text) => text !== '' && text.length <= 200 && !/\p{Cc}/u.test(text),
);

/** `10.0.0.0/8`, `::1`. */
function isNetwork(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128));
}

export const NETWORKS = list('a list of addresses or networks such as "10.0.0.0/8"', isNetwork);

export const HTTPS_ADDRESSES = list(
  'a list of https:// addresses such as "https://pve1.example.org:8006"',
  (text) => !('wrong' in HTTPS_URL.judge(text)) && new URL(text).pathname === '/',
);

/** Without TLS only on this machine: for a first look, and for tests. */
const isPlainLocal = ({ protocol, hostname }: URL): boolean =>
  protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname);

const plain = (text: string): URL | null => (/[?#@\s]/.test(text) || !URL.canParse(text) ? null : new URL(text));

/** The origin that browsers see. */
export const ORIGIN = textKind(
  'an https:// address without a path, such as "https://hub.example.org"',
  (text) => {
    const url = plain(text);
    const isRight = url !== null && url.pathname === '/' && (url.protocol === 'https:' || isPlainLocal(url));
    return isRight ? url.origin : undefined;
  },
  quoted,
);

export const ISSUER = textKind(
  "the issuer's https:// address",
  (text) => {
    const url = plain(text);
    return url !== null && (url.protocol === 'https:' || isPlainLocal(url)) ? text : undefined;
  },
  quoted,
);

/** A password here would be shown with the rest. */
export const POSTGRESQL = textKind(
  'an address such as "postgresql://hub@db.example.org/hub?sslmode=verify-full", or "" for SQLite; its password stands in a file',
  (text) => {
    if (text === '') return text;
    const url =
      /^postgres(?:ql)?:\/\//.test(text) && !/[\p{Cc}\s]/u.test(text) && URL.canParse(text) ? new URL(text) : null;
    return url !== null && url.password === '' && !url.searchParams.has('password') ? text : undefined;
  },
  quoted,
);

/** SHA-256 of a certificate, as `openssl x509 -fingerprint -sha256` and PVE's own pages write it. */
export const FINGERPRINT = textKind(
  'a SHA-256 fingerprint such as "AB:CD:…", 32 bytes',
  (text) => (/^(?:[0-9A-Fa-f]{2}:?){31}[0-9A-Fa-f]{2}$/.test(text.trim()) ? text.trim().toUpperCase() : undefined),
  quoted,
);
