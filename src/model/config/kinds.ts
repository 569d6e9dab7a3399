import { nearestName } from '../nearest-name.ts';
import { parseMailbox } from '../notify/mailbox.ts';
import { hidden, type Judged, type Kind, numberKind, quoted, textKind, typeOf } from './kind.ts';
import { Secret } from './secret.ts';

/** Every kind of value that a setting or a key of a channel may have. */

const CONTROL = /\p{Cc}/u;

const LONGEST_TIMEOUT_MS = 600_000;

const UNIT_MS: ReadonlyMap<string, number> = new Map([
  ['', 1000],
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
]);

const showDuration = (ms: number): string => quoted(ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`);

function durationOf(text: string): number | undefined {
  const [, digits = '', unit = ''] = /^(\d+(?:\.\d+)?) *(ms|s|m|)$/.exec(text.trim()) ?? [];
  const ms = Math.round(Number(digits) * (UNIT_MS.get(unit) ?? 0));
  return digits !== '' && ms >= 1 && ms <= LONGEST_TIMEOUT_MS ? ms : undefined;
}

const DURATION_TEXT = textKind(
  'a time such as "2s" or "500ms", or a number of seconds, at most 600',
  durationOf,
  showDuration,
);

/** Milliseconds. */
export const DURATION: Kind<number> = {
  ...DURATION_TEXT,
  judge: (value) => DURATION_TEXT.judge(typeof value === 'number' ? `${value}` : value),
};

export const PERCENT = numberKind('a number of percent above 0 and up to 100', (value) => value > 0 && value <= 100);

export const integer = (from: number, to: number): Kind<number> =>
  numberKind(
    `a whole number from ${from} to ${to}`,
    (value) => Number.isInteger(value) && value >= from && value <= to,
  );

export function choice<const T extends string>(choices: readonly T[]): Kind<T> {
  const wants = `one of ${choices.map(quoted).join(', ')}`;
  const kind = textKind(wants, (text) => choices.find((candidate) => candidate === text), quoted);
  const judge = (value: unknown): Judged<T> => {
    const judged = kind.judge(value);
    if (!('wrong' in judged) || typeof value !== 'string') return judged;
    const nearest = nearestName(value, choices);
    return nearest === null ? judged : { wrong: `${judged.wrong}; did you mean ${quoted(nearest)}?` };
  };
  return { ...kind, judge };
}

const TIME_TEXT = textKind(
  'a time of day such as "07:00"',
  (text) => (/^(?:[01]\d|2[0-3]):[0-5]\d$/.test(text) ? text : undefined),
  quoted,
);

/** Also as TOML's own time, `07:00:00`: what people write who leave the quotes away. */
export const TIME_OF_DAY: Kind<string> = {
  ...TIME_TEXT,
  judge: (value) => {
    const text = value instanceof Date ? /^(\d\d:\d\d):00\.000$/.exec(value.toISOString())?.[1] : undefined;
    return TIME_TEXT.judge(text ?? value);
  },
};

export const ABSOLUTE_PATH = textKind(
  'an absolute path',
  (text) => (text.startsWith('/') && text.length <= 4095 && !CONTROL.test(text) ? text : undefined),
  quoted,
);

/** A host name (RFC 1123) or an address; IPv6 without brackets. */
export const HOST = textKind(
  'a host name or an IP address',
  (text) =>
    /^(?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?\.?$|^(?=.*:)[0-9A-Fa-f:.]{2,45}$/.test(text)
      ? text
      : undefined,
  quoted,
);

const parseUrl = (text: string): URL | null => (!/[\p{Cc}\s]/u.test(text) && URL.canParse(text) ? new URL(text) : null);

/** No name or password (they would be shown), also where a slash in it hides it; no query, no fragment, no slash at the end. */
function plainUrl(text: string, protocols: readonly string[]): string | undefined {
  const url = /[?#@]/.test(text) ? null : parseUrl(text);
  return url !== null && protocols.includes(url.protocol) ? url.href.replace(/\/+$/, '') : undefined;
}

export const HTTP_URL = textKind(
  'an http:// or https:// address without user name, password and query',
  (text) => plainUrl(text, ['http:', 'https:']),
  quoted,
);

export const HTTPS_URL = textKind(
  'an https:// address without user name, password and query',
  (text) => plainUrl(text, ['https:']),
  quoted,
);

export const NAME = textKind(
  'text of up to 200 characters without line breaks',
  (text) => (text !== '' && text.length <= 200 && !CONTROL.test(text) ? text : undefined),
  quoted,
);

const localAddress = (text: string): string | undefined => (parseMailbox(text) === null ? undefined : text.trim());

const mailAddress = (text: string): string | undefined =>
  parseMailbox(text)?.address.includes('@') === true ? text.trim() : undefined;

export const SENDER = textKind('an address such as "Node <node@example.org>"', mailAddress, quoted);
export const LOCAL_SENDER = textKind('an address, or the name of a user of this node', localAddress, quoted);

/** Mailjet takes at most 50 recipients in one message (dev.mailjet.com, Send API v3.1), and it is enough for everybody. */
const MOST_RECIPIENTS = 50;

function recipients(wants: string, read: (text: string) => string | undefined): Kind<readonly string[]> {
  const judge = (value: unknown): Judged<readonly string[]> => {
    const list: readonly unknown[] = Array.isArray(value) ? value : [value];
    const strange = list.find((entry) => typeof entry !== 'string');
    if (strange !== undefined)
      return { wrong: `must be ${wants}, and ${Array.isArray(value) ? 'holds' : 'is'} ${typeOf(strange)}` };
    const read1 = list.map((entry) => read(`${entry}`));
    const taken = [...new Set(read1.filter((entry) => entry !== undefined))];
    if (read1.includes(undefined) || taken.length === 0 || taken.length > MOST_RECIPIENTS)
      return { wrong: `must be ${wants}` };
    return { value: taken, shown: `[${taken.map(quoted).join(', ')}]` };
  };
  return { wants, isSecret: false, judge, fromText: (text) => text.split(',') };
}

export const RECIPIENTS = recipients(`a list of 1 to ${MOST_RECIPIENTS} addresses`, mailAddress);
export const LOCAL_RECIPIENTS = recipients(
  `a list of 1 to ${MOST_RECIPIENTS} addresses or names of users of this node`,
  localAddress,
);

export const secret = (wants: string, isRight: (text: string) => boolean): Kind<Secret> =>
  hidden(
    textKind(
      wants,
      (text) => (isRight(text) ? new Secret(text) : undefined),
      () => '',
    ),
  );

/**
 * A shorter password or token is not accepted: whoever tries them all has it soon, and where others repeat it, it is part of
 * ordinary words, which would be blanked out with it.
 */
const LEAST_SECRET = 8;

export const PASSWORD = secret(
  `text of ${LEAST_SECRET} to 1024 characters, without line breaks`,
  (text) => text.length >= LEAST_SECRET && text.length <= 1024 && !CONTROL.test(text),
);

/** Sent in a header, so nothing else may stand in it. */
export const TOKEN = secret(
  `a token: ${LEAST_SECRET} to 4096 printable ASCII characters without blanks`,
  (text) => text.length >= LEAST_SECRET && text.length <= 4096 && /^[!-~]+$/.test(text),
);

/** Webhook services put the secret into the address, so the whole of it is one. */
export const SECRET_URL = secret('an http:// or https:// address without user name and password', (text) => {
  const url = parseUrl(text);
  return url !== null && ['http:', 'https:'].includes(url.protocol) && url.username === '' && url.password === '';
});
