import { posix } from 'node:path';

/**
 * A page as it lies on a node. Pages link to files of the repository; on a node those lie elsewhere (`places`), or not at all:
 * then the words stay and the link goes.
 */
export function pageForNode(text: string, source: string, places: ReadonlyMap<string, string>): string {
  return text.replace(/\[([^\]]*)\]\(([^)\s]+)\)/g, (link: string, words: string, target: string) => {
    if (/^(?:[a-z]+:|#)/.test(target)) return link;
    const [path = ''] = target.split('#');
    const place = places.get(posix.join(posix.dirname(source), path).replace(/\/$/, ''));
    if (place === undefined) return words;
    return place.startsWith('usr/share/doc/') && !place.includes('/examples') ? link : `[${words}](/${place})`;
  });
}

/** Where each file of the repository lies on a node, and each folder whose files lie together. */
export function placesOf(copies: Iterable<readonly [source: string, place: string]>): ReadonlyMap<string, string> {
  const places = new Map<string, string>();
  for (const [source, place] of copies) {
    places.set(source, place);
    places.set(posix.dirname(source), posix.dirname(place));
  }
  return places;
}
