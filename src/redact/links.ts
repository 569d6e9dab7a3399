import { redactText } from './free-text.ts';
import { redactName } from './names.ts';
import { redactPath } from './paths.ts';
import type { TokenBook } from './token-book.ts';
import { SYSTEM } from './vocabulary.ts';

/** The target of a symbolic link at `path`; a relative one is redacted as the path that it leads to. */
export function redactLink(book: TokenBook, path: string, target: string): string {
  if (/^[a-z_]+:\[/.test(target)) return redactText(book, target);
  if (target.startsWith('/')) return redactPath(book, target);
  if (path.startsWith('/sys/')) return redactDevicePath(book, target);
  const directory = path.split('/').slice(0, -1);
  const parts = target.split('/');
  const up = parts.findIndex((part) => part !== '..');
  const climbs = up < 0 ? parts.length : up;
  const from = directory.slice(0, Math.max(1, directory.length - climbs));
  const whole = redactPath(book, [...from, ...parts.slice(climbs)].join('/')).split('/');
  return [...parts.slice(0, climbs), ...whole.slice(from.length)].join('/');
}

/**
 * `../../devices/pci0000:00/…/block/sda/sda1`: where a disk is plugged in says what it is, so only whether it is virtual,
 * the disk and the partition are kept.
 */
function redactDevicePath(book: TokenBook, target: string): string {
  const at = target.lastIndexOf('/block/');
  const names = (text: string) => redactName(book, text, 'name', SYSTEM);
  const start = /^((?:\.\.\/)*devices\/)/.exec(target)?.[1];
  if (at < 0 || start === undefined) return target.split('/').map(names).join('/');
  return `${start}${target.includes('/devices/virtual/') ? 'virtual/' : ''}block/${target
    .slice(at + '/block/'.length)
    .split('/')
    .map(names)
    .join('/')}`;
}
