import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageFiles } from '../../tools/package-files.ts';
import { PRODUCTS } from '../../tools/products.ts';

const SETTINGS = { version: '1.0', maintainer: 'A <a@example.org>', date: new Date(0) };

const PAGES = PRODUCTS.flatMap((product) => {
  const files = packageFiles(product, { ...SETTINGS, name: product.name });
  const places = new Set(files.flatMap(({ path }) => [path, posix.dirname(path)]));
  return files.filter(({ path }) => path.endsWith('.md')).map((file) => ({ ...file, places }));
});

const targets = (text: string): readonly string[] =>
  [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target).filter((one) => !/^(?:[a-z]+:|#)/.test(one));

describe('pages on a node', () => {
  it('are all that documents and messages name', () => {
    expect(PAGES.length).toBeGreaterThan(40);
    expect(PAGES.map(({ path }) => path)).toContain('usr/share/doc/pve-doctor/README.md');
  });

  it.each(PAGES)('lead only to what the package holds: $path', ({ path, content, places }) => {
    const dead = targets(`${content}`).filter((target) => {
      const place = posix.join('/', target.startsWith('/') ? '' : posix.dirname(path), target.split('#')[0] ?? '');
      return !places.has(place.slice(1).replace(/\/$/, ''));
    });
    expect(dead).toEqual([]);
  });

  it('lead to files of monitoring where they lie on a node', () => {
    const page = PAGES.find(({ path }) => path.endsWith('/docs/monitoring.md'));
    expect(`${page?.content}`).toContain('(/usr/share/pve-doctor/prometheus/pve-doctor.rules.yml)');
  });
});
