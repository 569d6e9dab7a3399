import { describe, expect, it } from 'vitest';
import { memoryHost } from '../host/memory-host.ts';
import type { DmDevice } from '../model/device-mapper/device-mapper.ts';
import { secondLook } from './device-mapper.ts';

const device = (change: Partial<DmDevice>): DmDevice => ({
  ...{ name: 'sp ace', uuid: 'CRYPT-sp ace', major: 253, minor: 3, openCount: 0, suspended: false, readOnly: false },
  table: [
    { start: 0, length: 8, type: 'linear', args: ['8:0', '0'] },
    { start: 8, length: 8, type: 'linear', args: ['8:0', '100'] },
  ],
  ...change,
});

const look = async (now: { name?: string; uuid?: string; size?: string }, was = device({})) => {
  const files = {
    '/sys/block/dm-3/dm/name': now.name ?? 'sp\\x20ace\n',
    '/sys/block/dm-3/dm/uuid': now.uuid ?? 'CRYPT-sp\\x20ace\n',
    '/sys/block/dm-3/size': now.size ?? '16\n',
  };
  return secondLook(memoryHost({ files }), { devices: [was], changedMeanwhile: ['before'] });
};

describe('secondLook', () => {
  it('keeps a device that is as it was, whatever characters its name has', async () => {
    expect(await look({})).toEqual({ devices: [device({})], changedMeanwhile: ['before'] });
  });

  it.each([
    ['renamed', { name: 'other\n' }],
    ['replaced', { uuid: 'CRYPT-other\n' }],
    ['replaced by one without UUID', { uuid: '\n' }],
    ['resized', { size: '24\n' }],
  ])('drops a device that was %s, and names it', async (_, now) => {
    expect(await look(now)).toEqual({ devices: [], changedMeanwhile: ['before', 'sp ace'] });
  });

  it('drops a device that is gone', async () => {
    const host = memoryHost({ directories: { '/sys/block': ['sda'] } });
    const looked = await secondLook(host, { devices: [device({})], changedMeanwhile: [] });
    expect(looked).toEqual({ devices: [], changedMeanwhile: ['sp ace'] });
  });

  it('keeps a device without a live table, which has no disk', async () => {
    const host = memoryHost({ directories: { '/sys/block': ['sda'] } });
    const looked = await secondLook(host, { devices: [device({ table: [] })], changedMeanwhile: [] });
    expect(looked.devices).toHaveLength(1);
  });

  it('tells one changed device among many', async () => {
    const devices = Array.from({ length: 3000 }, (_, minor) => device({ name: `d${minor}`, uuid: `u${minor}`, minor }));
    const files = Object.fromEntries(
      devices.flatMap(({ name, uuid, minor }) => [
        [`/sys/block/dm-${minor}/dm/name`, `${name}\n`],
        [`/sys/block/dm-${minor}/dm/uuid`, `${minor === 1500 ? 'other' : uuid}\n`],
        [`/sys/block/dm-${minor}/size`, '16\n'],
      ]),
    );
    const looked = await secondLook(memoryHost({ files }), { devices, changedMeanwhile: [] });
    expect(looked.changedMeanwhile).toEqual(['d1500']);
  });

  it('drops nothing when it cannot see', async () => {
    const before = { devices: [device({})], changedMeanwhile: [] };
    const denied = { unreadable: 'denied' } as const;
    expect(await secondLook(memoryHost({}), before)).toBe(before);
    expect(await secondLook(memoryHost({ directories: { '/sys/block': denied } }), before)).toBe(before);
    const files = {
      '/sys/block/dm-3/dm/name': denied,
      '/sys/block/dm-3/dm/uuid': denied,
      '/sys/block/dm-3/size': denied,
    };
    expect(await secondLook(memoryHost({ files }), before)).toBe(before);
    expect(await secondLook(memoryHost({ directories: { '/sys/block': ['dm-3'] } }), before)).toBe(before);
  });
});
