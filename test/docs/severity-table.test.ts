import { expect, it } from 'vitest';
import { CHECKS } from '../../src/checks/index.ts';
import { read } from '../repo/repository.ts';
import { withSeverities, withSeverity } from './severity-table.ts';

it('docs/reference.md says how bad each finding is as the code does (`npm run goldens` writes it)', () => {
  const reference = read('docs/reference.md');
  expect(reference).toBe(withSeverities(reference));
});

it.each(CHECKS.map(({ code }) => code))('docs/checks/%s.md says how bad it is as the code does', (code) => {
  const page = read(`docs/checks/${code}.md`);
  expect(page).toBe(withSeverity(code, page));
});
