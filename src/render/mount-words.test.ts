import { expect, it } from 'vitest';
import { healthyMount, staleMount } from '../../test/data/sample-mounts.ts';
import type { Severity } from '../model/finding.ts';
import type { MountRow } from '../model/mounts/judged-mounts.ts';
import { verdictOf } from './mount-words.ts';
import { marked } from './severity-mark.ts';

const readonly = (readonlyIsMeant: boolean | null): Partial<MountRow> => ({ status: 'readonly', readonlyIsMeant });

it.each<[string, Partial<MountRow>, readonly Severity[], string]>([
  ['nothing is wrong', {}, [], '✓ ok'],
  ['it is nearly full', { full: 'warning' }, [], '▲ full'],
  ['it is full', { full: 'critical' }, [], '✗ full'],
  ['somebody meant it to be read-only', readonly(true), [], '✓ ok, read-only'],
  ['nobody meant it to be read-only', readonly(false), [], '▲ read-only'],
  ['nobody knows whether it is meant', readonly(null), [], '? read-only'],
  ['it is meant to be read-only, and full', { ...readonly(true), full: 'critical' }, [], '✗ read-only, full'],
  ['it does not answer', { ...staleMount }, [], '✗ stale'],
  ['it is missing', { status: 'missing', full: null }, [], '▲ missing'],
  ['it is missing, and a finding says that this is critical', { status: 'missing' }, ['critical'], '✗ missing'],
  ['nobody could ask', { status: 'unknown', full: null }, [], '? unknown'],
  ['only a finding knows what is wrong', {}, ['notice', 'warning'], '▲ problem'],
])('a mount is shown by its worst where %s', (_, row, about, shown) => {
  const { tone, word } = verdictOf({ ...healthyMount, ...row }, about);
  expect(marked(tone, word)).toBe(shown);
});
