import type { Capture } from '../../../src/model/capture.ts';

/** The ways in which a source can fail. */
export const DAMAGES = [
  'missing',
  'denied',
  'exit 5',
  'timeout',
  'killed',
  'empty',
  'half',
  'garbage',
  '10 MB',
  'invalid UTF-8',
] as const;

export type Damage = (typeof DAMAGES)[number];

/** A capture with one thing wrong. */
export interface Damaged {
  /** What is damaged, paths without their numbers: `file /etc/pve/nodes/pveN/lxc/N.conf`. */
  readonly source: string;
  readonly damage: Damage;
  /** Which one, and how exactly. */
  readonly what: string;
  readonly capture: Capture;
}

/** One way to damage a content. */
export interface Variant<T> {
  readonly damage: Damage;
  readonly how: string;
  readonly content: T;
}

/** How much of the damage is made; all of it takes minutes for every capture. */
export interface Thoroughness {
  /** At how many places a text is cut and bytes are lost. */
  readonly places: number;
  /** Of paths that differ in numbers only (`/proc/N/stat`), how many. */
  readonly alike: number;
  /** Whether a source is also tried with 10 MB. */
  readonly large: (source: string) => boolean;
}

/** Paths that differ in numbers only are alike. */
export const alike = (path: string): string => path.replaceAll(/\d+/g, 'N');

/** At most so many of a list, evenly, first and last among them. */
export function some<T>(list: readonly T[], most: number): readonly T[] {
  if (list.length <= most) return list;
  const stride = (list.length - 1) / Math.max(1, most - 1);
  return Array.from({ length: most }, (_, at) => list.slice(Math.round(at * stride))[0]).filter(
    (item) => item !== undefined,
  );
}
