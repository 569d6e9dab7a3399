import { describe, expect, it } from 'vitest';
import { parseProcessStat } from './processes.ts';

const REST = '4194560 2022 0 0 0 26 0 0 0 20 0 1 0 8417 24600576 2540 18446744073709551615';

describe('parseProcessStat', () => {
  it('reads name, state, parent and start', () => {
    expect(parseProcessStat(`1092 (vgs) D 260 259 259 0 -1 ${REST}\n`)).toEqual({
      value: { command: 'vgs', state: 'D', parentPid: 260, startTicks: 8417 },
      problems: [],
    });
  });

  it('is not misled by a name with blanks and parentheses', () => {
    expect(parseProcessStat(`7 (a) R 1 (b) S 1 7 7 0 -1 ${REST}\n`).value).toMatchObject({
      command: 'a) R 1 (b',
      state: 'S',
      parentPid: 1,
    });
  });

  it('has a problem with a text that ends early', () => {
    expect(parseProcessStat('1092 (vgs) D 260').value).toBeNull();
    expect(parseProcessStat('').value).toBeNull();
  });
});
