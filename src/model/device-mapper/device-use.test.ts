import { describe, expect, it } from 'vitest';
import { device, hidden } from '../../../test/checks/examples.ts';
import { absent, known } from '../reading.ts';
import type { BlockDevices } from './block-devices.ts';
import { describeHolder, deviceUse, type Holder, type Usage } from './device-use.ts';

const one = device('san-x', 5);

const usage = (holders: readonly Holder[] = [], gaps: readonly string[] = []): Usage => ({
  holders: new Map([['253:5', holders]]),
  gaps,
});
const blocks = (...holders: readonly string[]): BlockDevices => ({
  devices: new Map([['253:5', { devNo: '253:5', kernelName: 'dm-5', holders, state: '', disk: null, wwid: '' }]]),
});
const use = (used = usage(), stacked = blocks(), of = one) =>
  deviceUse(of, { usage: known(used), blockDevices: known(stacked) });

describe('a device', () => {
  it('is not in use when everything was looked at and nothing was found', () => {
    expect(use()).toEqual({ inUse: 'no' });
    expect(use({ holders: new Map(), gaps: [] }, { devices: new Map() })).toEqual({ inUse: 'no' });
  });

  it('is in use by its open count alone, and by any holder alone', () => {
    expect(use(usage(), blocks(), { ...one, openCount: 1 })).toEqual({ inUse: 'yes', holders: [] });
    const swap: Holder = { kind: 'swap', path: '/dev/dm-5' };
    expect(use(usage([swap]))).toEqual({ inUse: 'yes', holders: [swap] });
    expect(use(usage(), blocks('dm-9'))).toEqual({
      ...{ inUse: 'yes', holders: [{ kind: 'device', kernelName: 'dm-9', name: 'dm-9' }] },
    });
  });

  it('names a device on it once, by its name where it is known', () => {
    const [named, loop]: readonly Holder[] = [
      { kind: 'device', kernelName: 'dm-9', name: 'san-p1' },
      { kind: 'loop', kernelName: 'loop0' },
    ];
    if (named === undefined || loop === undefined) throw new Error('no holder');
    expect(use(usage([named, loop]), blocks('dm-9', 'dm-10'))).toEqual({
      ...{ inUse: 'yes', holders: [named, loop, { kind: 'device', kernelName: 'dm-10', name: 'dm-10' }] },
    });
  });

  it('may be in use where some place could not be looked at', () => {
    expect(use(usage([], ['the descriptors of process 7']))).toEqual({
      ...{ inUse: 'unknown', because: 'the descriptors of process 7' },
    });
    const facts = { usage: known(usage()), blockDevices: known(blocks()) };
    const unread = { inUse: 'unknown', because: 'test: hidden by the test' };
    expect(deviceUse(one, { ...facts, usage: hidden() })).toEqual(unread);
    expect(deviceUse(one, { ...facts, blockDevices: hidden() })).toEqual(unread);
    expect(deviceUse(one, { ...facts, usage: absent('no /proc') })).toEqual({ inUse: 'unknown', because: 'no /proc' });
    expect(deviceUse({ ...one, openCount: 1 }, { usage: hidden(), blockDevices: hidden() })).toMatchObject({
      inUse: 'yes',
    });
  });
});

it.each<[Holder, string]>([
  [{ kind: 'process', pid: 7, command: 'kvm', user: 'root', vmid: 100 }, 'process 7 kvm, user root, guest 100'],
  [{ kind: 'process', pid: 7, command: 'dd', user: 'root', vmid: null }, 'process 7 dd, user root'],
  [{ kind: 'mount', target: '/srv', pid: 1 }, 'mounted on /srv, as process 1 sees it'],
  [{ kind: 'swap', path: '/dev/dm-5' }, 'swap space /dev/dm-5'],
  [{ kind: 'device', kernelName: 'dm-9', name: 'san-p1' }, 'device san-p1 (dm-9), stacked on it'],
  [{ kind: 'loop', kernelName: 'loop7' }, 'loop device loop7'],
  [{ kind: 'target', path: 'iblock_0/x' }, 'LIO backstore iblock_0/x'],
])('describes %j', (holder, words) => {
  expect(describeHolder(holder)).toBe(words);
});
