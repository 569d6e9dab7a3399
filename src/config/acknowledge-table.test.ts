import { describe, expect, it } from 'vitest';
import { read } from '../../test/config/sources.ts';

const table = (text: string) => read({ toml: `[[acknowledge]]\n${text}` });
const ID = 'id = "volume:san/vm-102-disk-0"\n';

describe('a problem that the configuration says is known', () => {
  it('has an id, a reason and maybe an end', async () => {
    const { acknowledged, problems } = await table(
      `${ID}reason = "test VM"\nuntil = 2026-12-24\n[[acknowledge]]\n${ID}reason = "x"`,
    );
    expect(problems).toEqual([]);
    expect(acknowledged).toEqual([
      { id: 'volume:san/vm-102-disk-0', until: '2026-12-24T00:00:00.000Z', reason: 'test VM' },
      { id: 'volume:san/vm-102-disk-0', until: null, reason: 'x' },
    ]);
  });

  it.each([
    ['reason = "x"', 'has no id'],
    [ID, 'has no reason'],
    [`${ID}reason = " "`, 'has no reason'],
    [`${ID}reason = "x"\nuntil = "soon"`, 'has an until that is no day'],
    [`${ID}reason = "x"\nuntill = 2026-12-24`, 'has an unknown key untill'],
  ])('hides nothing where it is wrong: %s', async (text, because) => {
    const { acknowledged, problems } = await table(text);
    expect(acknowledged).toEqual([]);
    expect(problems.map(({ what }) => what)).toEqual([expect.stringContaining(because)]);
  });
});
