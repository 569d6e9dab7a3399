import { describe, expect, it } from 'vitest';
import { COMMANDS, commandOf } from '../host/commands.ts';
import { memoryHost } from '../host/memory-host.ts';
import type { CapturedRun } from '../model/capture.ts';
import type { BlockDevice } from '../model/device-mapper/block-devices.ts';
import type { DmDevice } from '../model/device-mapper/device-mapper.ts';
import { known, unreadable } from '../model/reading.ts';
import { collectLvmAround } from './lvm-around.ts';

const VG = 'v'.repeat(32);
const LV = `LVM-${VG}${'l'.repeat(32)}`;
const REPORT = [
  '{"report": [{"vg": [{"vg_name":"pve", "vg_uuid":"a-b", "vg_extent_size":"4194304", "vg_size":"8", "vg_free":"0",',
  '"lv_count":"0", "vg_missing_pv_count":"0"}], "pv": [], "lv": [], "pvseg": [], "seg": []}]}',
];
const settings = (filter = '["a|.*|"]', file = 0): CapturedRun => ({
  stdout: ['devices {', `\tfilter=${filter}`, `\tuse_devicesfile=${file}`, '}'],
});

const device = (name: string, minor: number, type: string, args: string, over: Partial<DmDevice> = {}): DmDevice => ({
  ...{ name, uuid: '', major: 253, minor, openCount: 0, suspended: false, readOnly: false },
  ...{ table: [{ start: 0, length: 8, type, args: args.split(' ') }], ...over },
});

const block = (devNo: string, kernelName: string, state = '', disk: string | null = kernelName): BlockDevice => ({
  ...{ devNo, kernelName, holders: [], state, disk, wwid: '' },
});

/** `dead` queues, and its path is offline; `vm` is a volume on it. */
const DEAD = device('dead', 0, 'multipath', '1 queue_if_no_path 0 1 1 service-time 0 1 2 8:0 1 1', {
  uuid: 'mpath-3a',
});
const VM = device('san-vm--100--disk--0', 1, 'linear', '253:0 2048', { uuid: LV });
const LOCAL = device('pve-root', 2, 'linear', '8:16 2048', { uuid: `LVM-${'w'.repeat(32)}${'r'.repeat(32)}` });
const BLOCKS = [
  ...[block('8:0', 'sda', 'offline'), block('8:1', 'sda1', 'offline', 'sda'), block('8:16', 'sdb', 'running')],
  ...[block('253:0', 'dm-0', '', null), block('253:1', 'dm-1', '', null), block('253:2', 'dm-2', '', null)],
];

interface Example {
  readonly devices?: readonly DmDevice[];
  readonly blocks?: readonly BlockDevice[];
  readonly settings?: CapturedRun;
  readonly around?: CapturedRun;
  readonly files?: Readonly<Record<string, string>>;
  readonly isReadable?: boolean;
}

async function collect(example: Example) {
  const shown: string[][] = [];
  const commands = {
    'lvm-settings': example.settings ?? settings(),
    'lvm-fullreport-around': example.around ?? { stdout: REPORT },
  };
  const host = memoryHost({ commands, files: example.files ?? {} });
  const devices = example.devices ?? [DEAD, VM, LOCAL];
  const blocks = example.blocks ?? BLOCKS;
  const lvm = unreadable({ kind: 'timed-out', source: 'lvm fullreport', detail: 'not run' });
  const reading = await collectLvmAround(
    {
      ...host,
      run: (command, kernelNames) => {
        shown.push([...(kernelNames ?? [])]);
        return host.run(command, kernelNames);
      },
    },
    example.isReadable ? known({ readAt: '2026-11-20T12:00:00.000Z', vgs: [], pvs: [], lvs: [], leftOut: [] }) : lvm,
    known({ devices, changedMeanwhile: [] }),
    {
      blockDevices: known({ devices: new Map(blocks.map((one) => [one.devNo, one])) }),
      targetStatuses: known({ byName: new Map() }),
      processes: known({
        byPid: new Map([[7, { command: 'lvm', state: 'S', parentPid: 1, startTicks: 1 }]]),
      }),
    },
    () => host.run('lvm-settings'),
  );
  return { reading, shown };
}

describe('LVM around a map that hangs', () => {
  it('is shown neither the map nor its paths nor what lies on it', async () => {
    const { reading, shown } = await collect({});
    expect(shown).toEqual([['sdb']]);
    expect(reading).toMatchObject({
      state: 'known',
      value: { lvm: { vgs: [{ vgName: 'pve' }] }, leftAside: { maps: ['dead'] } },
    });
    const aside = reading.state === 'known' ? reading.value.leftAside : null;
    expect([...(aside?.numbers ?? [])].sort()).toEqual(['253:0', '253:1', '8:0', '8:1']);
    expect([[...(aside?.vgUuids ?? [])], [...(aside?.vgNames ?? [])]]).toEqual([[VG], ['san']]);
  });

  const PARTITION = device('dead-part1', 3, 'linear', '253:0 2048', { uuid: 'part1-mpath-3a' });
  const ON_PARTITION = device('san-vm--100--disk--0', 1, 'linear', '253:3 2048', { uuid: LV });

  it('goes through partitions of the map', async () => {
    expect((await collect({ devices: [DEAD, PARTITION, ON_PARTITION] })).reading.state).toBe('known');
  });

  it.each<[string, Example]>([
    ['LVM could be read as a whole', { isReadable: true }],
    ['no map hangs', { blocks: BLOCKS.map((one) => ({ ...one, state: 'running' })) }],
    ['a device is suspended too', { devices: [DEAD, VM, { ...LOCAL, suspended: true }] }],
    ['nobody knows what is on the map', { devices: [DEAD, LOCAL] }],
    ['a partition of it has no volume', { devices: [DEAD, VM, PARTITION] }],
    ['another disk is blocked', { blocks: [...BLOCKS, block('8:32', 'sdc', 'blocked')] }],
    ['a disk has a name that cannot be told', { blocks: [...BLOCKS, block('104:0', 'cciss!c0d0')] }],
    ['LVM has a filter of its own', { settings: settings('["a|/dev/sd.*|","r|.*|"]') }],
    ['LVM goes by a file of devices', { settings: settings('["a|.*|"]', 1) }],
    ['its settings cannot be read', { settings: { exitCode: 5 } }],
    [
      'an earlier report around it still waits',
      { files: { '/proc/7/cmdline': 'lvm\0fullreport\0--config\0devices/filter=["r|.*|"]\0' } },
    ],
  ])('is not asked where %s', async (_, example) => {
    const { reading, shown } = await collect(example);
    expect([reading.state, shown]).toEqual(['absent', []]);
  });

  it('is asked beside an LVM that somebody else left hanging', async () => {
    expect((await collect({ files: { '/proc/7/cmdline': 'vgs\0--noheadings\0' } })).reading.state).toBe('known');
  });

  it('is unreadable where it fails', async () => {
    expect((await collect({ around: { outcome: 'timed-out' } })).reading.state).toBe('unreadable');
  });
});

describe('the command of a report around devices', () => {
  const filterOf = (...names: readonly string[]) =>
    commandOf('lvm-fullreport-around', names).argv.flatMap(
      (word) => / devices\/filter=(\[.*\])$/.exec(word)?.[1] ?? [],
    );

  it('accepts the devices that it is given and no other one', () => {
    expect(filterOf('sda', 'dm-3', 'nvme0n1p1')).toEqual([
      '["a|^/dev/sda$|","a|^/dev/dm-3$|","a|^/dev/nvme0n1p1$|","r|.*|"]',
    ]);
    expect(filterOf()).toEqual(['["r|.*|"]']);
  });

  it('takes nothing that means something to LVM', () => {
    expect(filterOf('.*', 'sd|a', 'a"]', '../sda', '-x', 'cciss!c0d0', '', 'SDA')).toEqual(['["r|.*|"]']);
  });

  it('takes names for this command only', () => {
    expect(commandOf('lvm-fullreport', ['sda'])).toBe(COMMANDS['lvm-fullreport']);
  });
});
