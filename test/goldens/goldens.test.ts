import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { situations } from '../capture-files.ts';
import { goldenOf, goldenPath } from './goldens.ts';

describe.each(situations)('the report of %s', (situation) => {
  it('is the one that was reviewed, as text and as JSON', async () => {
    const { txt, json } = await goldenOf(situation);
    expect(txt).toBe(readFileSync(goldenPath(situation, 'txt'), 'utf8'));
    expect(json).toBe(readFileSync(goldenPath(situation, 'json'), 'utf8'));
  });
});
