import { describe, expect, it } from 'vitest';
import { device, hidden, mapper, storage, storages, target, textOf, wanted } from '../../test/checks/examples.ts';
import { linesOf } from '../../test/data/commands.ts';
import type { StorageConfig } from '../model/guests/pve.ts';
import type { ThinPool } from '../model/lvm/thin-pools.ts';
import { known } from '../model/reading.ts';
import { lv014 } from './lv014-small-pool-metadata.ts';

const GIB = 1024 ** 3;
/** Blocks of 64 KiB. */
const blocks = (gib: number): number => (gib * GIB) / 65_536;

const NAME = 'pve-data-tpool';
const UUID = `LVM-${'v'.repeat(32)}${'l'.repeat(32)}-tpool`;

function examine(over: Partial<ThinPool>, isSeen = true, storage: StorageConfig = storages()) {
  const pool: ThinPool = {
    ...{ name: NAME, devNo: null, usedDataBlocks: 0, totalDataBlocks: blocks(96), usedMetadataBlocks: 10 },
    ...{ totalMetadataBlocks: 1024, mode: 'rw', needsCheck: false, errorsWhenFull: false, ...over },
  };
  const devices = mapper(
    device(NAME, 5, { uuid: UUID, table: [target('thin-pool', (96 * GIB) / 512, '8:0', '8:16')] }),
  );
  return lv014.examine(
    { thinPools: { pools: [pool] } },
    { ...wanted(lv014.wants ?? [], { storage }), deviceMapper: isSeen ? known(devices) : hidden() },
  );
}

describe('LV014', () => {
  it('warns of 4 MiB of metadata for 96 GiB, and says what to extend it to', () => {
    const [finding] = examine({});
    expect(finding).toMatchObject({
      harm: 'room',
      subject: { kind: 'thin-pool', id: 'pve/data' },
      title: 'thin pool pve/data: metadata of 4 MiB is too small for 96 GiB of data',
      remedy: { commands: [{ change: 'extend-pool-metadata' }] },
    });
    expect(linesOf(finding?.remedy.commands)[0]).toMatch(/lv_metadata_size<72m.* --poolmetadatasize 72m pve\/data$/);
  });

  it.each([
    ['the size that the kernel’s documentation asks for', { totalMetadataBlocks: (blocks(96) * 48) / 4096 }],
    ['the least that there is, of a small pool', { totalDataBlocks: 512, totalMetadataBlocks: 512 }],
    [
      'the most that there is, of a huge pool',
      { totalDataBlocks: blocks(64 * 1024), totalMetadataBlocks: 33_161_216 / 8 },
    ],
    ['none that it tells, as it has failed', { totalMetadataBlocks: 0, totalDataBlocks: 0, mode: 'Fail' }],
  ])('is silent about metadata of %s', (_, over) => {
    expect(examine(over)).toEqual([]);
  });

  it('is a notice where what is used says that it will do', () => {
    const used = { usedDataBlocks: blocks(48) };
    expect(examine({ ...used, usedMetadataBlocks: 256 })[0]).toMatchObject({ harm: 'housekeeping' });
    const [full] = examine({ ...used, usedMetadataBlocks: 600 });
    expect(full).toMatchObject({ harm: 'room' });
    expect(full && textOf(full)).toContain('metadata is 117 % full when data is');
  });

  it('gives no command for a pool of a VG that other nodes write to', () => {
    const shared = storages(storage('san', 'pve', { shared: true }));
    expect(examine({}, true, shared)[0]?.remedy).toMatchObject({
      text: expect.stringContaining('LVM has no lock'),
      commands: [],
    });
  });

  it('gives no command for a pool whose VG nobody knows', () => {
    expect(examine({}, false)[0]).toMatchObject({ subject: { id: 'pve/data' }, remedy: { commands: [] } });
  });
});
