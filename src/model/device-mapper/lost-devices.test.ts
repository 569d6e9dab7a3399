import { describe, expect, it } from 'vitest';
import { device, linear, mapper, target } from '../../../test/checks/examples.ts';
import type { BlockDevices } from './block-devices.ts';
import type { DmDevice } from './device-mapper.ts';
import { lostDevices, unaskedDisks } from './lost-devices.ts';

const disks = (...states: readonly (readonly [string, string | null])[]): BlockDevices => ({
  devices: new Map(
    states.map(
      ([devNo, state]) =>
        [devNo, { devNo, kernelName: `sd${devNo}`, holders: [], state, disk: null, wwid: '' }] as const,
    ),
  ),
});
const on = (name: string, minor: number, type: string, ...numbers: readonly string[]) =>
  device(name, minor, { table: [target(type, 8, ...numbers)] });

const lost = (blocks: BlockDevices, ...devices: readonly DmDevice[]) =>
  lostDevices(mapper(...devices), blocks).map(({ number, loss, affected }) => [
    `${number} ${loss}`,
    ...affected.map(({ name }) => name),
  ]);

describe('a device is lost', () => {
  it('when its number is nobody’s, or its disk fails every command', () => {
    const plain = on('a', 1, 'linear', '8:0');
    expect(lost(disks(), plain)).toEqual([['8:0 missing', 'a']]);
    for (const state of ['offline', 'transport-offline'])
      expect(lost(disks(['8:0', state]), plain)).toEqual([['8:0 offline', 'a']]);
    for (const state of ['running', '', 'blocked', null]) expect(lost(disks(['8:0', state]), plain)).toEqual([]);
  });

  it('with any of its disks, where none stands in for another', () => {
    const [one, both] = [disks(['8:0', 'offline'], ['8:16', 'running']), on('a', 1, 'striped', '8:0', '8:16')];
    expect(lost(one, both)).toEqual([['8:0 offline', 'a']]);
  });

  it('with all that lies on it, each once, by minor', () => {
    const [a, b] = [on('a', 3, 'linear', '253:1', '253:2'), on('b', 1, 'linear', '8:0')];
    expect(lost(disks(), a, on('c', 2, 'linear', '8:0'), b)).toEqual([['8:0 missing', 'b', 'c', 'a']]);
  });

  it('by an error target, which explains what is below and above', () => {
    const broken = device('b', 1, { table: [linear('8:0', 0, 8), target('error', 8)] });
    expect(lost(disks(), broken, on('a', 2, 'linear', '253:1'))).toEqual([['253:1 error-target', 'b', 'a']]);
  });

  it('not while the node was changing under the look, if its number was device-mapper’s', () => {
    const changing = { devices: [on('a', 1, 'linear', '253:9'), on('b', 2, 'linear', '8:0')], changedMeanwhile: ['x'] };
    expect(lostDevices(changing, disks()).map(({ number }) => number)).toEqual(['8:0']);
    expect(lostDevices({ ...changing, changedMeanwhile: [] }, disks())).toHaveLength(2);
  });

  it('not where a text claims a ring', () => {
    expect(lost(disks(), on('a', 1, 'linear', '253:2'), on('b', 2, 'linear', '253:1'))).toEqual([]);
  });
});

describe('what goes on with one device less', () => {
  const one = disks(['8:0', 'offline'], ['8:16', 'running']);
  const none = disks(['8:0', 'offline'], ['8:16', 'offline']);

  it('is a multipath map until its last path is gone', () => {
    const map = on('mpatha', 1, 'multipath', '8:0', '8:16');
    expect(lost(one, map)).toEqual([]);
    expect(lost(none, map, on('a', 2, 'linear', '253:1'))).toEqual([['253:1 no-path', 'mpatha', 'a']]);
  });

  it.each(['raid', 'mirror'])('is a %s until all of it is gone', (type) => {
    const map = on('m', 1, type, '8:0', '8:16');
    expect(lost(one, map)).toEqual([]);
    expect(lost(none, map)).toEqual([
      ['8:0 offline', 'm'],
      ['8:16 offline', 'm'],
    ]);
  });
});

it('does not lose a mirror with one leg because a plain part follows it', () => {
  const grown = device('m', 1, { table: [target('raid', 8, '8:0', '8:16'), linear('8:16', 64, 8, 8)] });
  expect(lost(disks(['8:0', 'offline'], ['8:16', 'running']), grown)).toEqual([]);
});

it('names the disks below that nobody could ask', () => {
  const devices = mapper(on('a', 1, 'linear', '8:0', '8:16', '8:32'), on('b', 2, 'linear', '8:0'));
  expect(unaskedDisks(devices, disks(['8:0', null], ['8:16', ''], ['8:48', null]))).toEqual(['sd8:0']);
});
