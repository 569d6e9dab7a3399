import { describe, expect, it } from 'vitest';
import { mutate } from './mutate.ts';

describe('mutate', () => {
  it('runs nothing that is not in the table', () => {
    expect(() => mutate({ does: 'remove-device', handMadeName: '--force' })).toThrow(/refused to run/);
    expect(() => mutate({ does: 'deactivate-volume', vgName: '-x', lvName: 'y' })).toThrow(/refused to run/);
  });
});
