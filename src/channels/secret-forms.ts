/** Parts of an address, and topics, that are shorter than this say nothing on their own: `v1`, `hook`, `pve`. */
const TELLING = 6;

export const isTelling = (text: string): boolean => text.length >= TELLING;

/** As it is, as JSON, HTML, and a form or a part of an address write it, on one line, and in base64. */
export function formsOf(secret: string): readonly string[] {
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
export function addressForms(address: string): readonly string[] {
  if (!URL.canParse(address)) return formsOf(address);
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
  return [...whole, ...parts.filter(isTelling), ...decoded].flatMap(formsOf);
}

function decodedPart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
