import { describe, expect, it } from 'vitest';
import { given } from '../../test/checks/examples.ts';
import {
  container,
  containers,
  expected,
  host,
  nfs,
  probes,
  TIMEOUT,
  table,
} from '../../test/checks/mount-examples.ts';
import type { ContainerConfig, ExpectedMount, MountProbe, SeenMount } from '../model/mounts/mounts.ts';
import { known, type Reading, unreadable } from '../model/reading.ts';
import { ct002 as check } from './mnt002-ct002-readonly-mount.ts';

const ct002 = given(check);

const inside = nfs('/mnt/nas', '0:60', 'ro');
const HIDDEN = unreadable({ kind: 'timed-out', source: 'x', detail: 'no answer in time' });

function facts(
  config: Partial<ContainerConfig>,
  fstab: Reading<readonly ExpectedMount[]>,
  node: readonly SeenMount[] = table(),
  seen: readonly SeenMount[] = inside,
  answers: Record<string, MountProbe> = {},
) {
  const one = container(101, seen, { config: known({ binds: [], readonlyTargets: [], addresses: [], ...config }) });
  return {
    containers: containers(one),
    mountProbes: probes(seen, answers, { fstabs: new Map([[101, fstab]]) }),
    mounts: host(node),
  };
}

const bind = (readonly: boolean) => ({ key: 'mp0', source: '/mnt/a', target: '/mnt/nas', readonly });

describe('CT002', () => {
  it('reports a mount that its fstab wants writable, and a bind without ro=1', () => {
    expect(ct002.examine(facts({}, known([expected('/mnt/nas')])), {})).toMatchObject([
      { code: 'CT002', vmid: 101, harm: 'operation', subject: { id: '101:/mnt/nas' }, repairAction: null },
    ]);
    expect(ct002.examine(facts({ binds: [bind(false)] }, known([])), {})).toHaveLength(1);
  });

  it('is silent where ro=1 or its fstab asked for it, or whoever mounted it by hand', () => {
    expect(ct002.examine(facts({ binds: [bind(false)], readonlyTargets: ['/mnt/nas'] }, known([])), {})).toEqual([]);
    expect(ct002.examine(facts({ binds: [bind(true)] }, known([])), {})).toEqual([]);
    const inFstab = known([expected('/mnt/nas', { options: ['ro'] })]);
    expect(ct002.examine(facts({ binds: [bind(false)] }, inFstab), {})).toEqual([]);
    expect(ct002.examine(facts({}, known([expected('/mnt/nas', { options: ['ro'] })])), {})).toEqual([]);
    expect(ct002.examine(facts({}, known([])), {})).toEqual([]);
    const elsewhere = { ...bind(false), target: '/mnt/other' };
    expect(ct002.examine(facts({ binds: [elsewhere] }, known([])), {})).toEqual([]);
  });

  it('reports a bind without ro=1 although fstab names it, or asks for another mount to be read-only', () => {
    const others = [expected('/mnt/nas'), expected('/mnt/other', { options: ['ro'] })];
    expect(ct002.examine(facts({ binds: [bind(false)] }, known(others)), {})).toHaveLength(1);
  });

  it('leaves to the node what is read-only there', () => {
    const node = nfs('/mnt/a', '0:60', 'ro');
    expect(ct002.examine(facts({ binds: [bind(false)] }, known([]), node), {})).toEqual([]);
  });

  it('does not leave to the node what is read-only in the container alone', () => {
    const writable = { binds: [bind(false)] };
    expect(ct002.examine(facts(writable, known([]), nfs('/mnt/a', '0:61', 'ro')), {})).toHaveLength(1);
    const remounted = table('70 20 0:60 / /mnt/nas ro - nfs4 10.9.0.2:/a rw,vers=4.2');
    expect(ct002.examine(facts(writable, known([]), nfs('/mnt/a', '0:60'), remounted), {})).toHaveLength(1);
  });

  it('is silent for a writable mount, for a local volume, and for one that does not answer', () => {
    const volume = table('70 20 253:5 / /mnt/nas ro - ext4 /dev/dm-5 ro');
    for (const given of [
      facts({ binds: [bind(false)] }, HIDDEN, table(), nfs('/mnt/nas', '0:60')),
      facts({ binds: [bind(false)] }, HIDDEN, table(), volume),
      facts({ binds: [bind(false)] }, HIDDEN, table(), inside, { '/mnt/nas': TIMEOUT }),
    ]) {
      expect(ct002.unjudged?.(given)).toEqual([]);
      const seen = { ...given, mountProbes: { ...given.mountProbes, fstabs: new Map([[101, known([])]]) } };
      expect(ct002.examine(seen, {})).toEqual([]);
    }
  });

  it('is unknown where the container could not be read, in part or at all', () => {
    const words = 'CT 101 (ct101): whether /mnt/nas is meant to be read-only could not be read';
    const blind = facts({}, HIDDEN);
    expect(ct002.examine(blind, {})).toEqual([]);
    expect(ct002.unjudged?.(blind)).toEqual([words]);
    const gaps = ['container 102: its init process was not found'];
    const seen = facts({}, known([expected('/mnt/nas')]));
    const hidden = { containers: [container(101, inside, { config: HIDDEN })], gaps };
    expect(ct002.examine({ ...seen, containers: hidden }, {})).toEqual([]);
    expect(ct002.unjudged?.({ ...seen, containers: hidden })).toEqual([...gaps, words]);
    expect(ct002.unjudged?.(seen)).toEqual([]);
  });
});
