import { describe, expect, it } from 'vitest';
import { mutate } from './mutate.ts';

const KEEPING = { descriptors: [], token: 'r/1' };

describe('mutate', () => {
  it('runs nothing that is not in the table', async () => {
    await expect(mutate({ does: 'remove-device', handMadeName: '--force', minor: 7 }, KEEPING)).rejects.toThrow(
      /refused to run/,
    );
    await expect(mutate({ does: 'deactivate-volume', vgName: '-x', lvName: 'y', dmUuid: '' }, KEEPING)).rejects.toThrow(
      /refused to run/,
    );
  });
});
