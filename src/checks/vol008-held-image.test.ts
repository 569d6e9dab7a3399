import { describe, expect, it } from 'vitest';
import { given, guest, mention, running } from '../../test/checks/examples.ts';
import { nodeWith, placeOf, stored } from '../../test/checks/volume-examples.ts';
import { linesOf } from '../../test/data/commands.ts';
import type { GuestConfig } from '../model/guests/pve.ts';
import { vol008 as check } from './vol008-held-image.ts';

const vol008 = given(check);
const OWN = ['192.0.2.1', '2001:db8::1'];

interface Situation {
  readonly watchers?: readonly string[] | null;
  readonly locked?: boolean;
  readonly mirrored?: boolean | null;
  readonly config?: Partial<GuestConfig>;
  readonly vmids?: readonly number[];
  readonly own?: readonly string[];
}

function node({ watchers = [], locked = true, mirrored = false, config = {}, vmids = [], own = OWN }: Situation) {
  const image = stored('vm-101-disk-0', { rbd: { imageId: '10ab', locked, watchers, mirrored } });
  const owner = guest(101, { mentions: [mention('scsi0', 'pool', 'vm-101-disk-0')], ...config });
  return {
    ...nodeWith([placeOf('rbd', [image], { shared: true })], owner),
    ...{ running: running(...vmids), mounts: { mounts: [], addresses: own } },
  };
}
const examine = (situation: Situation) => vol008.examine(node(situation), {});

describe('VOL008', () => {
  it('warns of a disk that another machine has open while its guest is stopped', () => {
    const [finding] = examine({ watchers: ['192.0.2.9'] });
    expect(finding).toMatchObject({ harm: 'operation', subject: { id: 'pool:vm-101-disk-0' }, vmid: 101 });
    expect(finding?.title).toContain('192.0.2.9');
    expect(finding?.evidence).toContainEqual({
      fact: 'clients at 192.0.2.9 have it open, which is not this node',
      source: 'rbd status vm-101-disk-0 -p rbd',
    });
    expect(linesOf(finding?.remedy.commands)).toEqual([
      'timeout -s KILL 20 rbd status vm-101-disk-0 -p rbd',
      'timeout -s KILL 20 rbd lock ls vm-101-disk-0 -p rbd',
    ]);
  });

  it('warns of one that another machine has open without a lock', () => {
    const [finding] = examine({ locked: false, watchers: ['192.0.2.9'] });
    expect(finding).toMatchObject({ harm: 'operation', subject: { id: 'pool:vm-101-disk-0' }, vmid: 101 });
    expect(finding?.evidence[0]?.fact).toContain('is not locked');
  });

  it('says of one without a lock that it was not looked at, which is no fault of this node', () => {
    const facts = node({ locked: false, watchers: null });
    expect(examine({ locked: false, watchers: null })).toEqual([]);
    expect(vol008.unjudged(facts)).toEqual([]);
    expect(vol008.notCompared(facts)).toEqual([
      'whether other clients have 1 disk of stopped guests in pool rbd open was not read',
    ]);
    expect(vol008.notCompared(node({ locked: false }))).toEqual([]);
  });

  it('only notices the lock of a client that is gone', () => {
    expect(examine({})).toMatchObject([{ harm: 'housekeeping', subject: { id: 'pool:vm-101-disk-0' } }]);
  });

  it.each<[string, Situation]>([
    ['runs', { vmids: [101] }],
    ['has an image without a lock that nobody has open', { locked: false }],
    ['has an image without a lock that this node has open', { locked: false, watchers: ['192.0.2.1'] }],
    ['has an image without a lock that mirroring writes', { locked: false, watchers: ['192.0.2.9'], mirrored: true }],
    ['is of another node', { config: { node: 'pve2' } }],
    [
      'has it in a snapshot only',
      {
        config: {
          mentions: [{ ...mention('scsi0', 'pool', 'vm-101-disk-0'), section: 'snapshot', snapshot: 'before' }],
        },
      },
    ],
    ['is being backed up', { config: { lock: 'backup' } }],
    ['has a disk that mirroring writes', { watchers: ['192.0.2.9'], mirrored: true }],
    ['has a disk that this node has open', { watchers: ['192.0.2.1'] }],
    ['has a disk that this node has open by its other address', { watchers: ['[2001:db8::1]', '192.0.2.9'] }],
  ])('is silent about a guest that %s', (_, situation) => expect(examine(situation)).toEqual([]));

  it('is unknown where nobody could see who has it open, who writes it, or which addresses are its own', () => {
    for (const situation of [
      { watchers: ['192.0.2.9'], mirrored: null },
      { watchers: null },
      { watchers: ['192.0.2.9'], own: [] },
      { locked: false, watchers: ['192.0.2.9'], own: [] },
      { locked: false, watchers: ['192.0.2.9'], mirrored: null },
    ]) {
      expect(examine(situation)).toEqual([]);
      expect(vol008.unjudged(node(situation))).toHaveLength(1);
    }
    expect(vol008.unjudged(node({ watchers: ['192.0.2.9'] }))).toEqual([]);
  });
});
