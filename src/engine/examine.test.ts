import { describe, expect, it } from 'vitest';
import { memoryHost } from '../host/memory-host.ts';
import { defineCheck } from '../model/check.ts';
import { collect } from './collect.ts';
import { examine } from './examine.ts';

const withUnjudged = (count: number) =>
  defineCheck({
    code: 'MNT001',
    title: 'made up',
    harms: { operation: '' },
    needs: [],
    examine: () => [],
    unjudged: () => Array.from({ length: count }, (_, at) => `/mnt/${at}: it was not asked`),
  });

describe('what a check could not judge', () => {
  it('is named, and of hundreds the first twenty and how many more there are', async () => {
    const snapshot = await collect(memoryHost({}));
    const [few, many] = examine(snapshot, [withUnjudged(2), withUnjudged(500)]).checks;
    expect(few).toMatchObject({ outcome: 'unknown', because: '/mnt/0: it was not asked; /mnt/1: it was not asked' });
    expect(many?.outcome).toBe('unknown');
    expect(many?.because).toMatch(/^(?:\/mnt\/\d+: it was not asked; ){20}and 480 more$/);
  });
});
