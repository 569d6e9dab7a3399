import type { TokenBook } from './token-book.ts';

/**
 * Settings of LVM: switches and two percentages stay. Three are patterns that somebody wrote; of them it stays whether two nodes
 * have the same (CL013), and what everybody has.
 */

const SWITCH =
  /^(?:[a-z]+ \{|\}|\t(?:use_devicesfile|event_activation|monitoring)=[01]|\tthin_pool_autoextend_(?:threshold|percent)=\d{1,3})$/;

const PATTERN = /^(\t(?:filter|global_filter|auto_activation_volume_list)=)(.*)$/s;

/** LVM's own default, which accepts every disk. */
const DEFAULT = '["a|.*|"]';

/** A node's record holds no more of a value (parse/lvm-config.ts). */
const KEPT_CHARACTERS = 1024;

export const redactPattern = (book: TokenBook, value: string): string =>
  value === '' || value === DEFAULT ? value : book.word(value.slice(0, KEPT_CHARACTERS), 'name');

/** What lvmconfig printed; what was cut off stays cut off. */
export function redactLvmSettings(book: TokenBook, text: string): string {
  const kept = text.split('\n').flatMap((line) => {
    const [, name, value = ''] = PATTERN.exec(line) ?? [];
    if (name !== undefined) return [`${name}${redactPattern(book, value)}`];
    return SWITCH.test(line) ? [line] : [];
  });
  return `${kept.join('\n')}${text.endsWith('}\n') ? '\n' : ''}`;
}
