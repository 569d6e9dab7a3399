import { describe, expect, it } from 'vitest';
import { given } from '../../test/checks/examples.ts';
import {
  container,
  containers,
  ESTALE,
  host,
  NOT_ASKED,
  nfs,
  nfsLine,
  probes,
  TIMEOUT,
  table,
} from '../../test/checks/mount-examples.ts';
import { vectorsOf } from '../../test/data/commands.ts';
import { ct001 as check } from './mnt001-ct001-stale-mount.ts';

const ct001 = given(check);

const inside = nfs('/mnt/nas', '0:60', 'rw', '10.9.0.2:/b');

describe('CT001', () => {
  it('reports a dead mount that only the container has', () => {
    const facts = {
      containers: containers(container(101, inside)),
      mountProbes: probes(inside, { '/mnt/nas': ESTALE }),
      mounts: host(table()),
    };
    const [finding] = ct001.examine(facts, {});
    expect(finding).toMatchObject({ harm: 'data', subject: { id: '101:/mnt/nas' }, vmid: 101 });
    expect(finding?.title).toBe('/mnt/nas in CT 101 (ct101) fails: Stale file handle (ESTALE)');
    expect(vectorsOf(finding?.remedy.commands)).toEqual([['showmount', '-e', '10.9.0.2']]);
  });

  it('leaves to MNT001 what is dead on the node as well, whether or not that could be asked', () => {
    const both = nfs('/mnt/nas');
    for (const probe of [TIMEOUT, NOT_ASKED]) {
      const mountProbes = probes(both, { '/mnt/nas': probe });
      expect(
        ct001.examine({ containers: containers(container(101, both)), mountProbes, mounts: host(both) }, {}),
      ).toEqual([]);
    }
  });

  it('reports what fails in the container while the same file system answers on the node', () => {
    const onNode = nfs('/mnt/pve/nas', '0:60');
    const two = nfs('/mnt/nas', '0:60', 'rw', '10.9.0.2:/a/removed');
    const mountProbes = probes([...onNode, ...two], { '/mnt/nas': ESTALE });
    const facts = { containers: containers(container(101, two)), mountProbes, mounts: host(onNode) };
    expect(ct001.examine(facts, {})).toMatchObject([{ code: 'CT001', subject: { id: '101:/mnt/nas' } }]);
  });

  it('is silent for a healthy mount', () => {
    const facts = {
      containers: containers(container(101, inside)),
      mountProbes: probes(inside),
      mounts: host(nfs('/mnt/a')),
    };
    expect(ct001.examine(facts, {})).toEqual([]);
    expect(ct001.unjudged?.(facts)).toEqual([]);
  });

  it('is unknown for a container that could not be looked into, and for a mount that could not be asked', () => {
    const facts = {
      containers: { containers: [container(101, inside)], gaps: ['container 102: its init process was not found'] },
      mountProbes: probes(inside, { '/mnt/nas': NOT_ASKED }),
      mounts: host(table(nfsLine('/mnt/a'))),
    };
    expect(ct001.examine(facts, {})).toEqual([]);
    expect(ct001.unjudged?.(facts)).toEqual([
      'container 102: its init process was not found',
      '/mnt/nas in CT 101 (ct101): stat is not installed',
    ]);
    const barred = { ...NOT_ASKED, barred: true } as const;
    const closed = { containers: containers(container(101, inside)), mounts: host(table()) };
    expect(ct001.unjudged?.({ ...closed, mountProbes: probes(inside, { '/mnt/nas': barred }) })).toEqual([]);
  });

  it('leaves to MNT001 what could not be asked on the node, though it fails in the container', () => {
    const onNode = nfs('/mnt/pve/nas', '0:60');
    const two = nfs('/mnt/nas', '0:60', 'rw', '10.9.0.2:/a/removed');
    const mountProbes = probes([...onNode, ...two], { '/mnt/pve/nas': NOT_ASKED, '/mnt/nas': ESTALE });
    const facts = { containers: containers(container(101, two)), mountProbes, mounts: host(onNode) };
    expect(ct001.examine(facts, {})).toEqual([]);
  });

  it('names the container whose line of the table could not be read, which may be of a remote file system', () => {
    const garbled = inside.map((mount) => ({ ...mount, fsType: mount.fsType.replace('n', '\ufffd') }));
    const facts = {
      containers: containers(container(101, garbled)),
      mountProbes: probes(garbled),
      mounts: host(table()),
    };
    expect(ct001.examine(facts, {})).toEqual([]);
    expect(ct001.unjudged?.(facts)).toEqual([expect.stringMatching(/^CT 101 \(ct101\): mount \d+: .* no UTF-8$/)]);
  });
});
