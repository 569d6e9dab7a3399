import { hasLostBytes } from '../model/believable.ts';
import { guestTarget } from '../model/guests/guest-secrets.ts';
import type { SectionKind, UnfinishedSnapshot, VolumeMention } from '../model/guests/pve.ts';
import { mentionedNames } from '../model/needs/references.ts';
import { looseTargets, type Target } from './loose-targets.ts';
import { decodePercent, shorten, trimBlanks } from './perl-text.ts';
import { namesIn } from './raw-volume-names.ts';

/** A value that PVE keeps, with its line number (from 1). */
export interface ConfigLine {
  readonly value: string;
  readonly line: number;
}

/** One section while a guest's configuration is read; the last value of a key wins. */
export interface GuestSection {
  readonly kind: SectionKind;
  readonly snapshot: string;
  readonly values: Map<string, ConfigLine>;
  /** Lines of which none replaces another: a container's `lxc.*`. */
  readonly raw: (ConfigLine & { readonly key: string })[];
  /** Of a snapshot that PVE has begun to make or to delete. */
  unfinished: UnfinishedSnapshot['state'] | null;
}

export const newSection = (kind: SectionKind, snapshot = ''): GuestSection => ({
  kind,
  snapshot,
  values: new Map(),
  raw: [],
  unfinished: null,
});

/** A value that PVE keeps; an earlier one of its key counts no more, and is not forgotten. */
export function keepValue(book: MentionBook, section: GuestSection, key: string, value: ConfigLine): void {
  const earlier = section.values.get(key);
  if (earlier) {
    book.problem(value.line, `"${shorten(key)}" comes again: PVE takes the last one`);
    book.maybe(section, key, earlier.line, earlier.value);
  }
  section.values.set(key, value);
}

/** All that stands in a section which PVE throws away, because the same header comes again. */
export function discardSection(book: MentionBook, section: GuestSection): void {
  for (const [key, { value, line }] of section.values) book.maybe(section, key, line, value);
  for (const { key, value, line } of section.raw) book.maybe(section, key, line, value);
}

/** `description: …`: the old form of `#` lines. */
export const isDescription = (text: string): boolean =>
  text.startsWith('description:') && trimBlanks(text.slice('description:'.length)) !== '';

/** Not anchored at the start in PVE either: a line that ends so is taken for the state, whatever its key. */
export function snapStateOf(text: string): UnfinishedSnapshot['state'] | null {
  if (!text.includes('snapstate:')) return null;
  const state = /snapstate:[ \t\n\r\f\v]*(prepare|delete)[ \t\n\r\f\v]*$/.exec(text)?.[1];
  return state === 'prepare' || state === 'delete' ? state : null;
}

/** Keys whose value is a volume or device, of whatever index: the text of such a line counts even if PVE drops it. */
const VOLUME_KEY =
  /^(?:(?:ide|sata|scsi|virtio|efidisk|tpmstate|unused|mp|dev)\d+|vmstate|cdrom|hookscript|rootfs|fleecing-images)$/;

/** Options of a drive or mount point (qemu-server src/PVE/QemuServer/Drive.pm, pve-container src/PVE/LXC/Config.pm). */
const READ_ONLY = /(?:^|,)[ \t]*(?:media=cdrom|(?:ro|snapshot)=(?:1|on|yes|true))[ \t]*(?:,|$)/i;

/** `size=20972K` (pve-common src/PVE/JSONSchema.pm parse_size); what it was made with, so LVM may have rounded it up. */
const SIZE = /(?:^|,)[ \t]*size=(\d{1,12}(?:\.\d{1,6})?)([KMGT]?)[ \t]*(?:,|$)/;

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

function sizeIn(value: string): Pick<VolumeMention, 'sizeBytes'> {
  const [, number, unit = ''] = SIZE.exec(value) ?? [];
  return number === undefined ? {} : { sizeBytes: Math.ceil(Number(number) * (UNITS[unit] ?? 1)) };
}

/** Collects what a configuration mentions, without passwords, in any order, and gives it back in the order of the file. */
export interface MentionBook {
  readonly certain: (
    section: GuestSection,
    key: string,
    line: number,
    targets: readonly Target[],
    value?: string,
  ) => void;
  /** Text that PVE does not read as a reference. */
  readonly maybe: (section: GuestSection, key: string, line: number, text: string) => void;
  readonly problem: (line: number, sentence: string) => void;
  readonly mentions: () => readonly VolumeMention[];
  readonly problems: () => readonly string[];
  /** Names of guest volumes that stand in a line of the text more often than its mentions say them, each once. */
  readonly unexplainedNames: (text: string) => readonly string[];
  /** Why the text may have named more than can be read; empty where nothing says so. */
  readonly lostNames: (text: string) => string;
}

export function mentionBook(): MentionBook {
  const mentions: { readonly line: number; readonly mention: VolumeMention }[] = [];
  const problems: { readonly line: number; readonly sentence: string }[] = [];
  const add = (
    { kind, snapshot }: GuestSection,
    key: string,
    line: number,
    certainty: VolumeMention['certainty'],
    target: Target,
    value = '',
  ) =>
    mentions.push({
      line,
      mention: {
        ...{ key: shorten(key), section: kind, snapshot, target: guestTarget(target), certainty },
        ...(READ_ONLY.test(value) && { readOnly: true as const }),
        ...sizeIn(value),
      },
    });
  const inOrder = <T extends { readonly line: number }>(items: readonly T[]): readonly T[] =>
    items.toSorted((a, b) => a.line - b.line);
  return {
    certain: (section, key, line, targets, value) => {
      for (const target of targets) add(section, key, line, 'certain', target, value);
    },
    maybe: (section, key, line, text) => {
      for (const target of looseTargets(text, VOLUME_KEY.test(key.replace(/^#/, ''))))
        add(section, key, line, 'maybe', target);
    },
    problem: (line, sentence) => problems.push({ line, sentence: `line ${line}: ${sentence}` }),
    mentions: () => inOrder(mentions).map(({ mention }) => mention),
    problems: () => inOrder(problems).map(({ sentence }) => sentence),
    unexplainedNames: (text) => {
      const said = Map.groupBy(mentions, ({ line }) => line);
      const left = text.split('\n').flatMap((content, at) => {
        if (!MAY_NAME.test(content)) return [];
        const names = (said.get(at + 1) ?? []).flatMap(({ mention }) => mentionedNames(mention.target));
        return surplus(content, names);
      });
      return [...new Set(left)];
    },
    lostNames: (text) => {
      const at = hasLostBytes(text)
        ? text.split('\n').findIndex((line) => hasLostBytes(line) && !line.startsWith('#') && !isDescription(line))
        : -1;
      return at < 0 ? '' : `line ${at + 1} holds bytes that are no UTF-8`;
    },
  };
}

/** What every name of a guest's volume has in it, and a percent-encoded one. */
const MAY_NAME = /vm-|base-|%/;

/** Names that stand in a line, as written or percent-encoded, more often than others say them. */
function surplus(line: string, said: readonly string[]): readonly string[] {
  const written = [namesIn(line), ...(line.includes('%') ? [namesIn(decodePercent(line))] : [])];
  if (written.every((names) => names.length === 0)) return [];
  const counts = (names: readonly string[]) => Map.groupBy(names, (name) => name);
  const known = counts(said);
  return written.flatMap((names) =>
    [...counts(names)].flatMap(([name, all]) => (all.length > (known.get(name)?.length ?? 0) ? [name] : [])),
  );
}

/**
 * A line that PVE does not read as configuration: a comment (PVE's description), or the content of a section that it
 * skips. `#scsi8: local-lvm:…` keeps its key, so that the reader finds the line.
 */
export function noteUnreadLine(book: MentionBook, section: GuestSection, line: number, text: string): void {
  const match = /^#*[ \t]*([a-z][a-z_-]*\d*)(?::|%3A)/i.exec(text.slice(0, 100));
  const key = match?.[1] ?? '';
  const comment = text.startsWith('#');
  if (match && VOLUME_KEY.test(key)) {
    book.maybe(section, comment ? `#${key}` : key, line, text.slice(match[0].length));
  } else {
    book.maybe(section, comment ? 'comment' : 'text', line, text);
  }
}
