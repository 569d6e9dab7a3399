import type { BlockDevice, BlockDevices } from '../../src/model/device-mapper/block-devices.ts';
import { type DmDevice, devNo } from '../../src/model/device-mapper/device-mapper.ts';
import type { Disk, Disks, IscsiSession } from '../../src/model/paths/disks.ts';
import type { TargetStatuses } from '../../src/model/paths/target-status.ts';
import { parseDmsetupStatus } from '../../src/parse/dmsetup.ts';
import { active, device, linear, mapper, target, volume } from './examples.ts';

/** Disks, maps over them and what the kernel says of both, for the tests of checks. */

export const SECTORS = 131_072;
export const WWID = 'naa.33333330000007d0';

const NUMBERS: Readonly<Record<string, string>> = { sda: '8:0', sdb: '8:16', sdc: '8:32', sdd: '8:48' };

export const disk = (kernelName: string, over: Partial<Disk> = {}): Disk => ({
  kernelName,
  devNo: NUMBERS[kernelName] ?? '8:240',
  address: `${kernelName.charCodeAt(2) - 97}:0:0:0`,
  session: '',
  state: 'running',
  sizeSectors: SECTORS,
  readOnly: false,
  wwid: WWID,
  model: 'LIO lun',
  ioErrors: 0,
  ioTimeouts: 0,
  ...over,
});

export const disksWith = (disks: readonly Disk[], over: Partial<Disks> = {}): Disks => ({
  disks,
  sessions: [],
  controllers: [],
  drbd: [],
  drbd9: [],
  drbdUnread: [],
  stacked: [],
  portals: new Map(),
  multipathd: true,
  unread: [],
  ...over,
});

/** Both disks, and a map of 253:0 over them. */
export const map = (paths = ['8:0', '8:16'], over: Partial<DmDevice> = {}, features = '0'): DmDevice => {
  const words = `${features} 0 1 1 service-time 0 ${paths.length} 1 ${paths.map((path) => `${path} 1`).join(' ')}`;
  const table = [{ start: 0, length: SECTORS, type: 'multipath', args: words.split(' ') }];
  return device('mpatha', 0, { uuid: `mpath-${WWID}`, table, ...over });
};

/** The entry of guest 100 on a device. */
export const entryOn = (number: string, over: Partial<DmDevice> = {}): DmDevice =>
  active(volume('san', 'vm-100-disk-0'), 7, { table: [linear(number, 2048, 16_384)], ...over });

/** `A` or `F` of each path. */
export const mapStatus = (letters: Readonly<Record<string, string>>): string =>
  `mpatha: 0 ${SECTORS} multipath 2 0 0 0 1 1 A 0 ${Object.keys(letters).length} 2 ${Object.entries(letters)
    .map(([number, letter]) => `${number} ${letter} 0 0 1`)
    .join(' ')}`;

export function statuses(devices: readonly DmDevice[], ...lines: readonly string[]): TargetStatuses {
  const text = lines.map((line) => `${line}\n`).join('');
  return { byName: parseDmsetupStatus(text, new Set(devices.map(({ name }) => name))).value };
}

export function blocksOf(disks: readonly Disk[], devices: readonly DmDevice[]): BlockDevices {
  const block = (number: string, kernelName: string, name: string | null): [string, BlockDevice] => [
    number,
    { devNo: number, kernelName, holders: [], state: '', disk: name, wwid: '' },
  ];
  return {
    devices: new Map([
      ...disks.map((one) => block(one.devNo, one.kernelName, one.kernelName)),
      ...devices.map((one) => block(devNo(one), `dm-${one.minor}`, null)),
    ]),
  };
}

export const session = (name: string, portal: string, over: Partial<IscsiSession> = {}): IscsiSession => ({
  name,
  targetName: 'iqn.2024-01.lab:used',
  state: 'LOGGED_IN',
  connections: [{ name: name.replace('session', 'connection').concat(':0'), state: 'up', portal }],
  ...over,
});

/** The entry of guest 100 as one target of a type, with the words of its status; null: no line of it. */
export function entryWithStatus(type: string, words: string | null) {
  const device = entryOn('8:0', { table: [target(type, 8192, '8:0', '0')] });
  const lines = words === null ? [] : [`${device.name}: 0 8192 ${type} ${words}`];
  return {
    deviceMapper: mapper(device),
    targetStatuses: statuses([device], ...lines),
    blockDevices: blocksOf([], [device]),
  };
}
