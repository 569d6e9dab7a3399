import { expect, it } from 'vitest';
import { CHECKS } from '../checks/index.ts';
import { FINDING_KINDS } from './finding-kinds.ts';

it('has a name for the findings of every check', () => {
  expect(Object.keys(FINDING_KINDS).toSorted()).toEqual(CHECKS.map(({ code }) => code).toSorted());
});
