import { describe, expect, it } from 'vitest';
import { CHECKS } from '../../src/checks/index.ts';
import { read } from '../repo/repository.ts';
import { withExcerpt } from './page-excerpts.ts';

describe('the page of a check', () => {
  it.each(CHECKS)('shows what $code reports in a capture, word for word (`npm run goldens`)', ({ code }) => {
    const page = read(`docs/checks/${code}.md`);
    expect(page).toBe(withExcerpt(code, page));
  });
});
