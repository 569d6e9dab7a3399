import { describe, expect, it } from 'vitest';
import { given, mapper, wanted } from '../../test/checks/examples.ts';
import { blocksOf, disk, disksWith, entryOn, map } from '../../test/checks/path-examples.ts';
import type { DmDevice } from '../model/device-mapper/device-mapper.ts';
import { ABOVE } from '../model/paths/carried.ts';
import { path005 } from './path005-disk-state.ts';

const check = given(path005);

function look(over: Parameters<typeof disk>[1], devices: readonly DmDevice[] = [], more = {}) {
  const disks = [disk('sda', over), disk('sdb')];
  const sections = {
    deviceMapper: mapper(...devices),
    blockDevices: blocksOf(disks, devices),
    disks: disksWith(disks, more),
  };
  return check.examine(sections, wanted(ABOVE));
}

describe('PATH005', () => {
  it('is silent about disks that run, and about states that nobody could read', () => {
    for (const state of ['running', '', null]) expect(look({ state }, [entryOn('8:0')])).toEqual([]);
  });

  it('is critical about a failed disk with volumes on it, as of their VG', () => {
    expect(look({ state: 'offline' }, [entryOn('8:0')])[0]).toMatchObject({ harm: 'data', about: 'disks/san' });
  });

  it('warns of a failed path of a map, as of the map, and of a disk that waits', () => {
    const [path] = look({ state: 'transport-offline' }, [map(), entryOn('253:0')]);
    expect(path).toMatchObject({ harm: 'redundancy', about: 'mpatha' });
    expect(look({ state: 'blocked' })[0]).toMatchObject({
      harm: 'data',
      headline: expect.stringContaining('waits'),
    });
  });

  it('reports a read-only disk only beneath what is written to', () => {
    expect(look({ readOnly: true })).toEqual([]);
    expect(look({ readOnly: true }, [entryOn('8:0', { readOnly: true })])).toEqual([]);
    expect(look({ readOnly: true }, [entryOn('8:0')])[0]).toMatchObject({ harm: 'operation' });
  });

  it('warns of an NVMe controller that is not live', () => {
    const controllers = [
      { name: 'nvme0', state: 'live' },
      { name: 'nvme1', state: 'dead' },
      { name: 'nvme2', state: null },
    ];
    expect(look({}, [], { controllers }).map(({ subject }) => subject.id)).toEqual(['nvme1']);
  });
});
