import type { Channel } from '../model/config/config.ts';

/** Parts of an address, and topics, that are shorter than this say nothing on their own: `v1`, `hook`, `pve`. */
const TELLING = 6;

/** Everything that must not be shown of a channel, in every form in which the other side may repeat it. */
export function secretsOf(channel: Channel): readonly string[] {
  switch (channel.type) {
    case 'mailjet': {
      const [key, secret] = [channel.apiKey.reveal(), channel.apiSecret.reveal()];
      return allForms(key, secret, `${key}:${secret}`);
    }
    case 'smtp': {
      const password = channel.password?.reveal() ?? '';
      const user = channel.user ?? '';
      // AUTH PLAIN (RFC 4616) is user and password together, with a null before each.
      return allForms(password, `\0${user}\0${password}`);
    }
    case 'webhook':
      return [...addressForms(channel.url.reveal()), ...allForms(channel.token?.reveal() ?? '')];
    case 'ntfy':
      return allForms(...[channel.topic.reveal()].filter(isTelling), channel.token?.reveal() ?? '');
    case 'gotify':
      return allForms(channel.token.reveal());
    case 'sendmail':
    case 'pve':
    case 'node':
      return [];
  }
}

const isTelling = (text: string): boolean => text.length >= TELLING;

const allForms = (...secrets: readonly string[]): readonly string[] =>
  secrets.filter((secret) => secret !== '').flatMap(formsOf);

/** As it is, as JSON, HTML, and a form or a part of an address write it, on one line, and in base64. */
function formsOf(secret: string): readonly string[] {
  const base64 = Buffer.from(secret, 'utf8').toString('base64');
  const formField = new URLSearchParams({ x: secret }).toString().slice('x='.length);
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    formField,
    formField.replace(/\+/g, '%20'),
    encodeURI(secret),
    secret.replace(/\s+/g, ' ').trim(),
    ...APOSTROPHES.map((apostrophe) => asHtml(secret, apostrophe)),
    ...(isTelling(secret) ? [base64, base64.replace(/=+$/, ''), Buffer.from(secret).toString('base64url')] : []),
  ];
}

/** How libraries write an apostrophe in HTML; some leave it. */
const APOSTROPHES = ["'", '&#39;', '&#039;', '&#x27;', '&apos;'];

const asHtml = (text: string, apostrophe: string): string =>
  text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/'/g, apostrophe);

/** The host may be shown; whatever follows it may be a token, whole or in part. */
function addressForms(address: string): readonly string[] {
  if (!URL.canParse(address)) return allForms(address);
  const url = new URL(address);
  const parts = [
    ...url.pathname.split('/'),
    ...url.searchParams.values(),
    url.username,
    url.password,
    url.hash.slice(1),
  ];
  const decoded = parts.map(decodedPart).filter(isTelling);
  const whole = [address, url.href, `${url.pathname}${url.search}`, url.pathname, url.search].filter(
    (part) => part.length > 1,
  );
  return allForms(...whole, ...parts.filter(isTelling), ...decoded);
}

function decodedPart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
