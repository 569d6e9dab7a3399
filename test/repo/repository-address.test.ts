import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { REPOSITORY } from '../../src/model/repository.ts';

const manifest: { readonly repository?: string | { readonly url?: string } } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
);

describe('the address of the repository', () => {
  it('is the one in package.json', () => {
    const { repository } = manifest;
    const url = typeof repository === 'object' ? repository.url : repository;
    expect(REPOSITORY).toBe(url?.replace(/^git\+/, '').replace(/\.git$/, '') ?? null);
  });

  it('is encrypted and ends without a slash, where there is one', () => {
    if (REPOSITORY !== null) expect(REPOSITORY).toMatch(/^https:\/\/\S+[^/]$/);
  });
});
