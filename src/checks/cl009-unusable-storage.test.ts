import { describe, expect, it } from 'vitest';
import { acrossOf, judged } from '../../test/checks/cluster-examples.ts';
import { storage } from '../../test/checks/examples.ts';
import { vectorsOf } from '../../test/data/commands.ts';
import { aRecord } from '../../test/data/node-records.ts';
import { cl009 } from './cl009-unusable-storage.ts';

const on = (node: string, usable: boolean | null) =>
  aRecord(node, {
    storages: [{ storeid: 'fc', usable, because: usable === false ? 'there is no volume group san' : '' }],
  });
const config = { storages: [storage('fc', 'san', { shared: true })] };

describe('CL009', () => {
  it('warns of a node that lacks the VG of a storage that is enabled for it', () => {
    const { findings } = judged(cl009, acrossOf([on('pve1', true), on('pve2', false), on('pve3', true)], config));
    expect(findings).toMatchObject([
      {
        harm: 'operation',
        title: 'Storage fc is enabled for pve2, which cannot use it: there is no volume group san',
      },
    ]);
    expect(vectorsOf(findings[0]?.remedy.commands)).toEqual([['pvesm', 'status', '--storage', 'fc']]);
  });

  it.each([
    ['every node has it', [on('pve1', true), on('pve2', true)]],
    ['no node has it, which is no matter between nodes', [on('pve1', false), on('pve2', false)]],
    ['nobody can tell', [on('pve1', true), on('pve2', null)]],
  ])('is silent where %s', (_, records) => {
    expect(judged(cl009, acrossOf(records, config)).findings).toEqual([]);
  });

  it('is open where a node did not tell', () => {
    const records = [on('pve1', true), aRecord('pve2', { storages: null })];
    expect(judged(cl009, acrossOf(records, config)).open).toEqual([
      'pve2 did not tell which storages are usable: it did not fit into its record',
    ]);
  });
});
