import { describe, expect, it } from 'vitest';
import { CHECKS } from '../../src/checks/index.ts';
import { VERSION } from '../../src/model/version.ts';
import { linkedPaths, namedPaths } from '../repo/documents.ts';
import { exists, filesBelow, read } from '../repo/repository.ts';
import { anchorLinks, anchorsOf } from './anchors.ts';
import { userPages } from './document-blocks.ts';

describe('links in the documents', () => {
  it.each(filesBelow('', '.md'))('lead to headings that exist: $path', (page) => {
    const missing = anchorLinks(page).filter(
      ({ page: target, anchor }) => exists(target) && target.endsWith('.md') && !anchorsOf(read(target)).has(anchor),
    );
    expect(missing).toEqual([]);
  });

  it('lead from the README, the index and the reference to every page for users', () => {
    const reachable = new Set(
      ['README.md', 'docs/README.md', 'docs/reference.md'].flatMap((path) => linkedPaths({ path, text: read(path) })),
    );
    const pages = filesBelow('docs', '.md').map(({ path }) => path);
    const below = (path: string) => /^docs\/(?:decisions|actions)\//.test(path);
    expect(pages.filter((path) => path !== 'docs/README.md' && !below(path) && !reachable.has(path))).toEqual([]);
  });

  it.each(userPages().filter(({ path }) => !path.startsWith('docs/decisions/')))(
    'name files of the source that exist: $path',
    (page) => {
      expect(namedPaths(page).filter((path) => !exists(path))).toEqual([]);
    },
  );

  it('name the package by the version of this tree', () => {
    const named = userPages().flatMap(({ path, text }) =>
      [...text.matchAll(/pve-doctor_(\d[^_\s]*)_(?:amd64|arm64)\.deb/g)].map(([, version]) => ({ path, version })),
    );
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter(({ version }) => version !== VERSION)).toEqual([]);
  });

  it('name no check that does not exist', () => {
    const codes: ReadonlySet<string> = new Set(CHECKS.map(({ code }) => code));
    const named = userPages().flatMap(({ path, text }) =>
      [...text.matchAll(/\b(?:DM|LV|VOL|PATH|ID|MNT|CT|CL|NODE)\d{3}\b/g)].map(([code]) => ({ path, code })),
    );
    expect(named.filter(({ code }) => !codes.has(code))).toEqual([]);
  });
});

describe('the tests of links see', () => {
  it('anchors as GitHub makes them', () => {
    const page = '# A `b` & C!\n## Wenn „x“?\n```sh\n# no heading\n```\n## A b  c\n## A b  c\n### [L](x.md) - y_z';
    expect([...anchorsOf(page)]).toEqual(['a-b--c', 'wenn-x', 'a-b--c-1', 'a-b--c-2', 'l---y_z']);
  });

  it('links with an anchor, on this page and others', () => {
    const text = '[a](#x) [b](../y.md#z) [c](https://example.org/#n) `[d](#e)`';
    expect(anchorLinks({ path: 'docs/checks/DM001.md', text })).toEqual([
      { page: 'docs/checks/DM001.md', anchor: 'x' },
      { page: 'docs/y.md', anchor: 'z' },
    ]);
  });
});
