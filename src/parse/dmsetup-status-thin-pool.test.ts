import { describe, expect, it } from 'vitest';
import { parseThinPoolStatus } from './dmsetup.ts';

const NAMES = new Set(['pve-data-tpool', 'b-tpool']);

describe('parseThinPoolStatus', () => {
  it('reads metadata before data, as the kernel writes them', () => {
    const text =
      'pve-data-tpool: 0 1048576 thin-pool 2 112/1024 7/8192 - rw discard_passdown queue_if_no_space - 256 \n';
    expect(parseThinPoolStatus(text, NAMES)).toEqual({
      value: [
        {
          ...{ name: 'pve-data-tpool', mode: 'rw' },
          ...{ usedMetadataBlocks: 112, totalMetadataBlocks: 1024, usedDataBlocks: 7, totalDataBlocks: 8192 },
          ...{ needsCheck: false, errorsWhenFull: false },
        },
      ],
      problems: [],
    });
  });

  it.each([
    ['ro', '0 8 thin-pool 2 1/2 3/4 - ro no_discard_passdown error_if_no_space needs_check 1024'],
    ['out_of_data_space', '0 8 thin-pool 2 1/2 4/4 12 out_of_data_space discard_passdown queue_if_no_space - 1024'],
    ['Fail', '0 8 thin-pool Fail'],
    ['Error', '0 8 thin-pool Error'],
  ])('tells the mode %s', (mode, rest) => {
    const { value, problems } = parseThinPoolStatus(`b-tpool: ${rest}\n`, NAMES);
    expect(problems).toEqual([]);
    expect(value.map((pool) => pool.mode)).toEqual([mode]);
  });

  it('has a problem with anything else', () => {
    expect(parseThinPoolStatus('b-tpool: 0 8 thin-pool 2 1/2 3/4\n', NAMES).problems).toHaveLength(1);
    expect(parseThinPoolStatus('c: 0 8 thin-pool Fail\n', NAMES).problems).toHaveLength(1);
    expect(parseThinPoolStatus('b-tpool: 0 8 thin-pool Fail', NAMES).problems).toHaveLength(1);
  });
});
