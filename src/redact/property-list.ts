import { parseVolumeId } from '../parse/loose-targets.ts';
import { rawVolumeNames } from '../parse/raw-volume-names.ts';
import { nameRules, redactText } from './free-text.ts';
import { KNOWN_WORD } from './known-words.ts';
import { redactVolumeId } from './names.ts';
import { redactPath } from './paths.ts';
import { plainWords } from './plain-words.ts';
import type { TokenBook } from './token-book.ts';

/** Options whose value names one thing in the world. */
const SERIAL = /^(?:serial|wwn|model|product|vendor|manufacturer|sku|family|version|uuid)$/;

/** Blanks around a text stay outside of what is redacted. */
function trimmed(text: string, redact: (core: string) => string): string {
  const core = text.trim();
  const before = text.slice(0, text.length - text.trimStart().length);
  const after = core === '' ? '' : text.slice(text.trimEnd().length);
  return `${before}${core === '' ? '' : redact(core)}${after}`;
}

/** A volume id, an absolute path, or `none`. */
export const redactVolume = (book: TokenBook, text: string): string =>
  trimmed(text, (core) => {
    if (core.startsWith('/')) return redactPath(book, core);
    const volume = parseVolumeId(core);
    return volume === null ? redactText(book, core) : redactVolumeId(book, volume.storeid, volume.volname);
  });

/** A serial number keeps its length and form, unless it is called as a guest's volume is. */
function redactSerial(book: TokenBook, text: string): string {
  if (rawVolumeNames(text).length > 0) return redactText(book, text, nameRules('name'));
  const isStructured = /^0x[0-9a-fA-F]{9,}$|^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/.test(text);
  return isStructured ? redactText(book, text) : book.serial(text);
}

/** `volume,key=value,…`: what has no key is a volume where `bare` says so. */
export const redactPropertyList = (book: TokenBook, text: string, bare: 'volume' | 'text'): string =>
  text
    .split(',')
    .map((item) => {
      const equals = item.indexOf('=');
      if (equals < 0) return bare === 'volume' ? redactVolume(book, item) : redactText(book, item);
      const [key, value] = [item.slice(0, equals), item.slice(equals + 1)];
      return `${redactOption(book, key)}=${redactOptionValue(book, key.trim(), value, bare)}`;
    })
    .join(',');

const redactOption = (book: TokenBook, key: string): string => plainWords(book, key, 'name', KNOWN_WORD);

function redactOptionValue(book: TokenBook, key: string, value: string, bare: 'volume' | 'text'): string {
  if (key === 'file' || key === 'volume') return redactVolume(book, value);
  if (key === 'mp' || key === 'path') return trimmed(value, (core) => redactPath(book, core));
  const isAmount = key === 'version' && /^v\d/.test(value);
  if (SERIAL.test(key) && !isAmount && (bare === 'volume' || key !== 'model'))
    return trimmed(value, (core) => redactSerial(book, core));
  return redactText(book, value);
}
