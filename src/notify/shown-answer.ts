import { clip } from '../render/message/clip.ts';
import { printable } from '../render/printable.ts';

/** What stands in place of a secret. */
export const HIDDEN = '(hidden)';

/** More of an answer says no more to a person. */
const MOST_CHARACTERS = 400;

/** So much of an answer is searched for secrets; what is behind it is never shown. */
const MOST_SEARCHED = 16 * 1024;

/**
 * What somebody else said, as one short printable line without any of the secrets. Others' servers repeat what they were
 * sent, so this stands before every answer and every error, and before the cut: half a token is a token.
 */
export function shownAnswer(text: string, secrets: readonly string[]): string {
  const whole = text.length <= MOST_SEARCHED ? text : withoutBegun(text.slice(0, MOST_SEARCHED), secrets);
  const line = printable(withoutSecrets(whole, secrets).replace(/\s+/g, ' ').trim());
  const shown = withoutSecrets(line, secrets);
  return clip(shown, MOST_CHARACTERS);
}

/** Without the beginning of a secret at the end, where the text was cut. */
function withoutBegun(text: string, secrets: readonly string[]): string {
  const folded = text.toLowerCase();
  let most = 0;
  for (const secret of secrets)
    for (let length = Math.min(secret.length - 1, text.length); length > most; length--)
      if (folded.endsWith(secret.slice(0, length).toLowerCase())) most = length;
  return text.slice(0, text.length - most);
}

/** Whatever its case: servers fold names and headers. Longest first, so that no part of one is left over. */
function withoutSecrets(text: string, secrets: readonly string[]): string {
  const longestFirst = [...new Set(secrets)].filter((secret) => secret !== '').sort((a, b) => b.length - a.length);
  let rest = text;
  for (const secret of longestFirst) {
    const pattern = new RegExp(secret.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'), 'gi');
    rest = rest.replace(pattern, HIDDEN);
  }
  return rest;
}
