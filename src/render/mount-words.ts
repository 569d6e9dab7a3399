import type { Finding } from '../model/finding.ts';
import type { MountRow, MountStatus } from '../model/mounts/judged-mounts.ts';
import { bytesText, mountSubject } from '../model/mounts/mount-evidence.ts';
import { printable } from './printable.ts';

/** A symbol never stands without its word. */
export const MOUNT_MARKS: Readonly<Record<MountStatus, { readonly symbol: string; readonly word: string }>> = {
  ok: { symbol: '✓', word: 'ok' },
  stale: { symbol: '✗', word: 'stale' },
  readonly: { symbol: '·', word: 'read-only' },
  missing: { symbol: '!', word: 'missing' },
  unknown: { symbol: '?', word: 'unknown' },
};

/** `node`, `CT 104 media`. */
export const whereOf = ({ vmid, name }: MountRow): string =>
  vmid === null ? 'node' : name === null || name === '' ? `CT ${vmid}` : `CT ${vmid} ${printable(name)}`;

/** What findings about it have as the id of their subject. */
export const subjectIdOf = ({ target, vmid }: MountRow): string =>
  mountSubject(target, vmid === null ? null : { vmid }).id;

/** Whether a finding calls its mount too full, by the limits of the configuration. */
export const saysFull = ({ code }: Pick<Finding, 'code'>): boolean => code === 'MNT005' || code === 'CT005';

/** `297.0 GiB of 1.0 TiB free`; empty where nobody could ask. */
export const roomOf = ({ totalBytes, availableBytes }: MountRow): string =>
  totalBytes === null ? '' : `${bytesText(availableBytes ?? 0)} of ${bytesText(totalBytes)} free`;

/** What is wrong, and of a mount that fails whether its server is there at all; empty where nothing is. */
export function troubleOf({ error, status, serverAnswers }: MountRow): string {
  if (error === null) return '';
  if ((status !== 'stale' && status !== 'missing') || serverAnswers === null) return printable(error);
  return `${printable(error)}; its server accepts ${serverAnswers ? '' : 'no '}connections`;
}
