import { isKernelDevice } from './words.ts';

/**
 * Tokens for everything that is a name: one for each word of the capture, the same wherever the word stands. Words hold
 * letters and digits only, and what separates them stays, so a name keeps its form: `ssd-ha01` becomes `xvg1-xvg2`, and
 * its device-mapper form `ssd--ha01` becomes `xvg1--xvg2`. A token is a valid storage id, LVM name, node name and DNS
 * label wherever the word was one.
 */

export type NameKind = 'vg' | 'vol' | 'store' | 'node' | 'guest' | 'snap' | 'user' | 'host' | 'dir' | 'name';

export interface TokenBook {
  /** Short numbers, VMIDs and single letters stay. */
  readonly word: (word: string, kind: NameKind) => string;
  /** An LVM UUID, with or without its hyphens. */
  readonly uuid: (text: string) => string;
  /** A number that names one thing: its digits become 0, what is between them stays. */
  readonly serial: (text: string) => string;
  /** A key that nobody knows: letters only, so that it stays a key. */
  readonly key: (key: string) => string;
  /** Whether a word is the kernel's name of a device of this node: others that look so are somebody's. */
  readonly isDevice: (word: string) => boolean;
  /** Another name for a text, `next` made of the number of those of its sort before. */
  readonly other: (sort: string, text: string, next: (count: number) => string) => string;
}

/** A word that is a token: nothing that was redacted once changes when it is redacted again. */
const TOKEN = /^1?x(?:vg|vol|store|node|guest|snap|user|host|dir|name)\d+é?$/;
const TOKENS_IN_TEXT = /1?x(?:vg|vol|store|node|guest|snap|user|host|dir|name|key)(?:\d+é?|[a-z]+)|Redacted\d+/g;

const ASCII = /^[\0-\x7f]*$/;

const all = (text: string, pattern: RegExp): ReadonlySet<string> =>
  new Set([...text.matchAll(pattern)].map(([, name = '']) => name));

/** The kernel's devices where it names them itself, and VMIDs and numbers of volumes as PVE writes them. */
const DEVICES =
  /(?:\/dev\/(?=[a-z0-9]+(?![\w/-]))|\/sys\/block\/|\/block\/(?:[a-z]+\d*\/)?)([a-z]+[a-z0-9]*)(?![\w-])/g;
const NUMBERS =
  /(?:(?<![A-Za-z0-9])(?:vm|base|basevol|subvol|disk|fleece|lock|pve-config)[-_]{1,2}|\/(?:qemu-server|lxc|lxc\.monitor|lxc\.payload)[/.]|\\"|-id(?:\\u0000|,)|:(?:qm\w*|vz\w*|imgdel|resize|move_volume|ha\w*):)(\d{4,9})(?=\D|$)/g;

/** `text` is the whole capture: a token that it holds already is given to nothing else. */
export function tokenBook(text: string): TokenBook {
  const taken = new Set(text.match(TOKENS_IN_TEXT));
  const [devices, numbers] = [all(text, DEVICES), all(text, NUMBERS)];
  const counts = new Map<string, number>();
  const known = new Map<string, string>();
  const other = (sort: string, original: string, next: (count: number) => string): string => {
    const name = `${sort} ${original}`;
    let token = known.get(name);
    for (let count = counts.get(sort) ?? 0; token === undefined; ) {
      count += 1;
      counts.set(sort, count);
      if (!taken.has(next(count))) token = next(count);
    }
    known.set(name, token);
    return token;
  };
  const word = (original: string, kind: NameKind): string => {
    if (
      (/^\d+$/.test(original) && (original.length < 4 || numbers.has(original))) ||
      (original.length === 1 && ASCII.test(original)) ||
      TOKEN.test(original)
    )
      return original;
    const seen = known.get(`word ${original}`);
    if (seen !== undefined) return seen;
    // What makes a name valid or not stays: a digit in front, letters that no identifier may hold.
    const form = (count: number) =>
      `${/^\d/.test(original) ? '1' : ''}x${kind}${count}${ASCII.test(original) ? '' : 'é'}`;
    const token = other(`word of ${kind}`, original, form);
    known.set(`word ${original}`, token);
    return token;
  };
  return {
    word,
    other,
    isDevice: (name) => isKernelDevice(name) && devices.has(name),
    uuid: (original) => uuidToken(original, other),
    serial: (original) => serialToken(original, other),
    key: (original) =>
      original.replace(/[a-z]+/gi, (part) =>
        part.length === 1 || /^xkey[a-z]+$/.test(part) ? part : other('key', part, (count) => `xkey${letters(count)}`),
      ),
  };
}

type Other = TokenBook['other'];

/** `a`, `b`, … `z`, `aa`. */
const letters = (count: number): string =>
  (count > 26 ? letters(Math.floor((count - 1) / 26)) : '') + String.fromCharCode(97 + ((count - 1) % 26));

const UUID_MARK = 'Redacted';

/** As long as it was; hyphens come back to their places. */
function uuidToken(original: string, other: Other): string {
  const bare = original.replaceAll('-', '');
  if (bare === '' || new RegExp(`^${UUID_MARK}\\d+$`).test(bare)) return original;
  const digits = Math.max(bare.length - UUID_MARK.length, 4);
  const token = other(`uuid of ${bare.length}`, bare, (count) => `${UUID_MARK}${`${count}`.padStart(digits, '0')}`);
  let at = 0;
  return token.length === bare.length ? original.replace(/[^-]/g, () => token.charAt(at++)) : token;
}

/** How many of the last digits tell one serial number from another, where there are enough. */
const COUNTED = 3;

function serialToken(original: string, other: Other): string {
  const digits = original.replace(/\D/g, '');
  const counted = digits.length >= 2 * COUNTED ? COUNTED : 0;
  const zeros = digits.length - counted;
  if (/^0*$/.test(digits.slice(0, zeros))) return original;
  const number = counted === 0 ? '' : other('serial', original, (count) => `${count}`.padStart(counted, '0'));
  const filled = `${'0'.repeat(zeros)}${number.slice(-counted)}`;
  let at = 0;
  return original.replace(/\d/g, () => filled.charAt(at++));
}
