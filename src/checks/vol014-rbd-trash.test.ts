import { describe, expect, it } from 'vitest';
import { given, textOf } from '../../test/checks/examples.ts';
import { LONG_AGO, nodeWith, placeOf, stored } from '../../test/checks/volume-examples.ts';
import { known } from '../model/reading.ts';
import type { StoredVolume, TrashedImage } from '../model/volumes/volumes.ts';
import { vol014 as check } from './vol014-rbd-trash.ts';

const vol014 = given(check);
const MIB = 1024 * 1024;
const image = (name: string, over: Partial<TrashedImage> = {}): TrashedImage => ({
  ...{ imageId: '10ab', name, deletedAt: LONG_AGO, protectedUntil: LONG_AGO, sizeBytes: 64 * MIB, ...over },
});
function examine(trashed: readonly TrashedImage[], volumes: readonly StoredVolume[] = []) {
  const contents = known({ volumes, foreign: 0, rbd: { trash: known({ trashed, removals: [] }) } });
  return vol014.examine(nodeWith([placeOf('rbd', [], { contents })]), {});
}

describe('VOL014', () => {
  it('tells once for a pool what its trash holds', () => {
    const [finding, ...others] = examine([
      image('vm-103-disk-0'),
      image('vm-104-disk-0', { protectedUntil: '2099-01-01T00:00:00.000Z' }),
    ]);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ harm: 'housekeeping', subject: { kind: 'storage', id: 'pool' }, bytes: 128 * MIB });
    const said = finding === undefined ? '' : textOf(finding);
    expect(said).toContain(
      'vm-104-disk-0 (10ab, 64 MiB), there since 2026-10-01 00:00 UTC, protected until 2099-01-01',
    );
    expect(said).toContain('expired');
  });

  it('says which clones read through an image', () => {
    const clone = stored('vm-107-disk-0', { parent: 'rbd/vm-106-disk-0@s' });
    const [finding] = examine([image('vm-106-disk-0')], [clone]);
    expect(finding && textOf(finding)).toContain('vm-107-disk-0 read through an image of this name');
    expect(
      examine([image('vm-106-disk-0')], [{ ...clone, parent: 'other/vm-106-disk-0@s' }])[0]?.remedy.text,
    ).not.toContain('Clones');
  });

  it('claims no sum where a size is not known', () => {
    expect(examine([image('a'), image('b', { sizeBytes: null })])).toMatchObject([{ bytes: null }]);
  });

  it('is silent about an empty trash', () => expect(examine([])).toEqual([]));
});
