import type { Severity } from '../model/finding.ts';
import type { MountRow } from '../model/mounts/judged-mounts.ts';
import { bytesText, mountSubject } from '../model/mounts/mount-evidence.ts';
import type { OverallStatus } from '../model/report/report.ts';
import { printable } from './printable.ts';

export interface MountVerdict {
  /** The worst of what is wrong with it. */
  readonly tone: Severity | OverallStatus;
  readonly word: string;
}

const RANK: Readonly<Record<MountVerdict['tone'], number>> = {
  critical: 0,
  warning: 1,
  unknown: 2,
  notice: 3,
  waiting: 4,
  healthy: 4,
};

/** For lists with the worst first. */
export const rankOf = ({ tone }: MountVerdict): number => RANK[tone];

/** What a mount is worth: all that is wrong with it in words, and the worst of that and of what findings say about it. */
export function verdictOf(row: MountRow, about: readonly Severity[] = []): MountVerdict {
  const { status, full } = row;
  const word = status === 'readonly' ? 'read-only' : status;
  const parts: readonly MountVerdict[] = [
    ...(status === 'ok' ? [] : [{ tone: toneOf(row), word }]),
    ...(full === 'warning' || full === 'critical' ? [{ tone: full, word: 'full' }] : []),
  ];
  const tones = [...parts.map(({ tone }) => tone), ...about];
  const tone = tones.toSorted((a, b) => RANK[a] - RANK[b])[0] ?? 'healthy';
  const words = parts.map((part) => part.word).join(', ');
  if (tone === 'healthy') return { tone, word: words === '' ? 'ok' : `ok, ${words}` };
  return { tone, word: words === '' ? 'problem' : words };
}

function toneOf({ status, readonlyIsMeant }: MountRow): MountVerdict['tone'] {
  if (status === 'readonly') return readonlyIsMeant === null ? 'unknown' : readonlyIsMeant ? 'healthy' : 'warning';
  return ({ ok: 'healthy', stale: 'critical', missing: 'warning', unknown: 'unknown' } as const)[status];
}

/** `node`, `CT 104 media`. */
export const whereOf = ({ vmid, name }: MountRow): string =>
  vmid === null ? 'node' : name === null || name === '' ? `CT ${vmid}` : `CT ${vmid} ${printable(name)}`;

/** What findings about it have as the id of their subject. */
export const subjectIdOf = ({ target, vmid }: MountRow): string =>
  mountSubject(target, vmid === null ? null : { vmid }).id;

/** `297.0 GiB of 1.0 TiB free`; empty where nobody could ask. */
export const roomOf = ({ totalBytes, availableBytes }: MountRow): string =>
  totalBytes === null ? '' : `${bytesText(availableBytes ?? 0)} of ${bytesText(totalBytes)} free`;

/** What is wrong, and of a mount that fails whether its server is there at all; empty where nothing is. */
export function troubleOf({ error, status, serverAnswers, readonlyIsMeant }: MountRow): string {
  if (status === 'readonly' && readonlyIsMeant !== true)
    return readonlyIsMeant === null
      ? 'nobody could tell whether it is meant to be read-only'
      : 'nothing asks for read-only';
  if (error === null) return '';
  if ((status !== 'stale' && status !== 'missing') || serverAnswers === null) return printable(error);
  return `${printable(error)}; its server accepts ${serverAnswers ? '' : 'no '}connections`;
}
