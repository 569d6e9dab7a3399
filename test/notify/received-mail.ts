/** A received mail, read by rules of RFC 5322, 2045 and 2047 that are written down here and not by the library that wrote it. */
export interface ReceivedPart {
  readonly headers: ReadonlyMap<string, string>;
  /** Without its transfer encoding. */
  readonly bytes: Buffer;
  readonly parts: readonly ReceivedPart[];
}

export function readMail(raw: string): ReceivedPart {
  const gap = raw.indexOf('\r\n\r\n');
  const head = raw.slice(0, gap).replace(/\r\n[ \t]+/g, ' ');
  const body = raw.slice(gap + 4);
  const headers = new Map(
    head.split('\r\n').map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), decodeWords(line.slice(colon + 1).trim())] as const;
    }),
  );
  const boundary = /^multipart\/.*boundary="?([^";]+)"?/i.exec(headers.get('content-type') ?? '')?.[1];
  const parts =
    boundary === undefined
      ? []
      : `\r\n${body}`
          .split(`\r\n--${boundary}`)
          .slice(1, -1)
          .map((part) => readMail(part.replace(/^\r\n/, '')));
  return { headers, parts, bytes: decode(body, headers.get('content-transfer-encoding') ?? '7bit') };
}

/** All parts without parts of their own, in their order. */
export const leavesOf = (part: ReceivedPart): readonly ReceivedPart[] =>
  part.parts.length === 0 ? [part] : part.parts.flatMap(leavesOf);

function decode(body: string, encoding: string): Buffer {
  switch (encoding.toLowerCase()) {
    case 'base64':
      return Buffer.from(body, 'base64');
    case 'quoted-printable':
      return Buffer.from(
        body
          .replace(/=\r\n/g, '')
          .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
        'latin1',
      );
    default:
      return Buffer.from(body, 'latin1');
  }
}

const decodeWords = (text: string): string =>
  text.replace(/(=\?[^?]+\?[QB]\?[^?]*\?=)\s+(?==\?)/gi, '$1').replace(/(?:=\?UTF-8\?([QB])\?[^?]*\?=)+/gi, (words) => {
    const bytes = [...words.matchAll(/=\?UTF-8\?([QB])\?([^?]*)\?=/gi)].map(([, kind = '', data = '']) =>
      kind.toUpperCase() === 'B' ? Buffer.from(data, 'base64') : decode(data.replace(/_/g, ' '), 'quoted-printable'),
    );
    return Buffer.concat(bytes).toString('utf8');
  });
