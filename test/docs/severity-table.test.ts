import { expect, it } from 'vitest';
import { read } from '../repo/repository.ts';
import { withSeverities } from './severity-table.ts';

it('docs/reference.md says how bad each finding is as the code does (`npm run goldens` writes it)', () => {
  const reference = read('docs/reference.md');
  expect(reference).toBe(withSeverities(reference));
});
