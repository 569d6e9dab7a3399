import { describe, expect, it } from 'vitest';
import { parseProcSwaps } from './proc-tables.ts';

const HEADING = 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n';

describe('parseProcSwaps', () => {
  it('reads swap areas, with blanks in the path and removed meanwhile', () => {
    const text = `${HEADING}/dev/dm-1                               partition\t65532\t\t0\t\t-2
/var/swap\\040file                       file\t\t65532\t\t12\t\t5
/dev/dm-7\\040(deleted)                  partition\t65532\t\t0\t\t-3
`;
    expect(parseProcSwaps(text)).toEqual({
      value: [
        { path: '/dev/dm-1', type: 'partition' },
        { path: '/var/swap file', type: 'file' },
        { path: '/dev/dm-7', type: 'partition' },
      ],
      problems: [],
    });
  });

  it('reads a machine without swap from the heading alone', () => {
    expect(parseProcSwaps(HEADING)).toEqual({ value: [], problems: [] });
  });

  it('does not take an empty or cut text for a machine without swap', () => {
    expect(parseProcSwaps('').problems).not.toEqual([]);
    expect(parseProcSwaps(HEADING.trimEnd()).problems).not.toEqual([]);
    expect(parseProcSwaps(`${HEADING}/dev/dm-1  partition\n`).problems).not.toEqual([]);
  });
});
