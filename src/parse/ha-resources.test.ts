import { expect, it } from 'vitest';
import { parseHaResources } from './ha-resources.ts';

it('guests of the HA manager are read with the state that is asked for', () => {
  const text =
    'vm: 100\n\tgroup all\n\tstate stopped\n\nct: 101\n\tcomment state ignored\n\n\tstate disabled\nvm: 99\nnonsense: 105\nct: 102\n\tstate enabled\n';
  expect([...parseHaResources(text).managed]).toEqual([
    [100, 'stopped'],
    [101, 'started'],
    [102, 'started'],
  ]);
});
