import { describe, expect, it } from 'vitest';
import { container, containers, expected, host, nfs, probes, table } from '../../test/checks/mount-examples.ts';
import type { ContainerConfig, ExpectedMount, SeenMount } from '../model/mounts/mounts.ts';
import { known, type Reading, unreadable } from '../model/reading.ts';
import { ct002 } from './ct002-readonly-mount.ts';

const inside = nfs('/mnt/nas', '0:60', 'ro');
const HIDDEN = unreadable({ kind: 'timed-out', source: 'x', detail: 'no answer in time' });

function facts(
  config: Partial<ContainerConfig>,
  fstab: Reading<readonly ExpectedMount[]>,
  node: readonly SeenMount[] = table(),
) {
  const one = container(101, inside, { config: known({ binds: [], readonlyTargets: [], addresses: [], ...config }) });
  return {
    containers: containers(one),
    mountProbes: probes(inside, {}, { fstabs: new Map([[101, fstab]]) }),
    mounts: host(node),
  };
}

const bind = (readonly: boolean) => ({ key: 'mp0', source: '/mnt/a', target: '/mnt/nas', readonly });

describe('CT002', () => {
  it('reports a mount that its fstab wants writable, and a bind without ro=1', () => {
    expect(ct002.examine(facts({}, known([expected('/mnt/nas')])), {})).toMatchObject([
      { vmid: 101, severity: 'warning' },
    ]);
    expect(ct002.examine(facts({ binds: [bind(false)] }, known([])), {})).toHaveLength(1);
  });

  it('is silent where ro=1 or its fstab asked for it, or whoever mounted it by hand', () => {
    expect(ct002.examine(facts({ binds: [bind(true)], readonlyTargets: ['/mnt/nas'] }, known([])), {})).toEqual([]);
    expect(ct002.examine(facts({}, known([expected('/mnt/nas', { options: ['ro'] })])), {})).toEqual([]);
    expect(ct002.examine(facts({}, known([])), {})).toEqual([]);
  });

  it('leaves to the node what is read-only there', () => {
    const node = nfs('/mnt/a', '0:60', 'ro');
    expect(ct002.examine(facts({ binds: [bind(false)] }, known([]), node), {})).toEqual([]);
  });

  it('is unknown where the container could not be read', () => {
    const blind = facts({}, HIDDEN);
    expect(ct002.examine(blind, {})).toEqual([]);
    expect(ct002.unjudged?.(blind)).toEqual([
      'CT 101 (ct101): whether /mnt/nas is meant to be read-only could not be read',
    ]);
  });
});
