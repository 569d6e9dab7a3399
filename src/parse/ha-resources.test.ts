import { describe, expect, it } from 'vitest';
import { type HaTexts, parseHaResources } from './ha-resources.ts';

const parse = (over: Partial<HaTexts>) => parseHaResources({ resources: '', rules: '', groups: '', ...over });

describe('guests of the HA manager', () => {
  it('are read with the state that is asked for', () => {
    const resources =
      'vm: 100\n\tgroup all\n\tstate stopped\n\nct: 101\n\tcomment state ignored\n\n\tstate disabled\nvm: 99\nnonsense: 105\nct: 102\n\tstate enabled\n';
    expect([...parse({ resources }).managed]).toEqual([
      [100, 'stopped'],
      [101, 'started'],
      [102, 'started'],
    ]);
  });

  it('are held to the nodes of a strict rule, and by no other', () => {
    const rules =
      'node-affinity: one\n\tresources vm:100,ct:101\n\tnodes pve1:2,pve2\n\tstrict 1\n\n' +
      'node-affinity: soft\n\tresources vm:102\n\tnodes pve1\n\n' +
      'node-affinity: off\n\tdisable\n\tresources vm:103\n\tnodes pve1\n\tstrict 1\n\n' +
      'resource-affinity: apart\n\tresources vm:104,vm:105\n\taffinity negative\n\tstrict 1\n';
    expect([...(parse({ rules }).heldTo ?? [])]).toEqual([
      [100, ['pve1', 'pve2']],
      [101, ['pve1', 'pve2']],
    ]);
  });

  it('are held to a restricted group, and by a rule in its place', () => {
    const resources = 'vm: 100\n\tgroup two\n\nvm: 101\n\tgroup all\n\nvm: 102\n\tgroup two\n';
    const groups = 'group: two\n\tnodes pve1,pve2:1\n\trestricted 1\n\ngroup: all\n\tnodes pve1,pve3\n';
    const rules = 'node-affinity: r\n\tresources vm:102\n\tnodes pve3\n\tstrict 1\n';
    expect([...(parse({ resources, groups, rules }).heldTo ?? [])]).toEqual([
      [100, ['pve1', 'pve2']],
      [102, ['pve3']],
    ]);
  });

  it('are held to nobody knows what where a group is not among the groups', () => {
    expect(parse({ resources: 'vm: 100\n\tgroup two\n', groups: 'group: one\n\tnodes pve1\n' }).heldTo).toBeNull();
  });

  it.each(['rules', 'groups'] as const)('are held to nobody knows what without the %s', (name) => {
    expect(parse({ [name]: null }).heldTo).toBeNull();
  });
});
