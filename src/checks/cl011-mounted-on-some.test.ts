import { describe, expect, it } from 'vitest';
import { acrossOf, judged } from '../../test/checks/cluster-examples.ts';
import { storage } from '../../test/checks/examples.ts';
import { aRecord } from '../../test/data/node-records.ts';
import type { Storage } from '../model/guests/pve.ts';
import { cl011 } from './cl011-mounted-on-some.ts';

const mount = { source: '10.9.0.2:/export', fsType: 'nfs4', target: '/mnt/pve/nas' };
const on = (node: string, isMounted: boolean) => aRecord(node, { remoteMounts: isMounted ? [mount] : [] });
const nas = (more: Partial<Storage> = {}) => ({
  storages: [storage('nas', '', { type: 'nfs', properties: {}, shared: true, ...more })],
});

describe('CL011', () => {
  it('warns of a remote storage that some nodes have mounted only', () => {
    const { findings } = judged(cl011, acrossOf([on('pve1', true), on('pve2', false), on('pve3', true)], nas()));
    expect(findings).toMatchObject([
      { harm: 'operation', title: 'Storage nas is mounted on pve1 and pve3 and not on pve2' },
    ]);
  });

  it.each([
    ['on all of them', [on('pve1', true), on('pve2', true)], nas()],
    ['on none, which the checks of mounts judge', [on('pve1', false), on('pve2', false)], nas()],
    ['on those that it is enabled for', [on('pve1', true), on('pve2', false)], nas({ nodes: ['pve1'] })],
    ['on one, and is disabled', [on('pve1', true), on('pve2', false)], nas({ disabled: true })],
  ])('is silent where it is mounted %s', (_, records, config) => {
    expect(judged(cl011, acrossOf(records, config)).findings).toEqual([]);
  });

  it('is open where a node did not tell its mounts', () => {
    const records = [on('pve1', true), aRecord('pve2', { remoteMounts: null })];
    expect(judged(cl011, acrossOf(records, nas()))).toMatchObject({ findings: [], open: [expect.any(String)] });
  });
});
