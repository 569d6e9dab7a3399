import { dirname, join, normalize } from 'node:path';
import type { SourceFile } from '../repo/repository.ts';

const withoutFences = (markdown: string): string => markdown.replace(/^[ \t]*```[\s\S]*?^[ \t]*```/gm, '');

/** The anchor that GitHub gives a heading: lower case, no punctuation, hyphens for blanks; a number for repeats. */
export function anchorsOf(markdown: string): ReadonlySet<string> {
  const seen = new Map<string, number>();
  const anchors = [...withoutFences(markdown).matchAll(/^#{1,6} +(.*?) *#*$/gm)].map(([, heading = '']) => {
    const base = slug(heading);
    const times = seen.get(base) ?? 0;
    seen.set(base, times + 1);
    return times === 0 ? base : `${base}-${times}`;
  });
  return new Set(anchors);
}

const slug = (heading: string): string =>
  heading
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

export interface AnchorLink {
  /** The page that is linked to, from the root of the repository. */
  readonly page: string;
  readonly anchor: string;
}

/** Links to a heading, of this page or another. */
export const anchorLinks = ({ path, text }: SourceFile): readonly AnchorLink[] =>
  [
    ...withoutFences(text)
      .replace(/`[^`\n]*`/g, '')
      .matchAll(/\]\(<?([^)#\s>]*)#([^)\s>]+)>?\)/g),
  ]
    .filter(([, target = '']) => !/^[a-z][a-z0-9+.-]*:/i.test(target))
    .map(([, target = '', anchor = '']) => ({
      page: target === '' ? path : normalize(join(dirname(path), decodeURI(target))),
      anchor: decodeURIComponent(anchor),
    }));
