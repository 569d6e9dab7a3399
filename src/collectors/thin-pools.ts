import type { Host } from '../host/host.ts';
import { type DeviceMapper, type DmDevice, devNo } from '../model/device-mapper/device-mapper.ts';
import type { ThinPools } from '../model/lvm/thin-pools.ts';
import { known, type Reading, unreadable } from '../model/reading.ts';
import { commandText, outputProblem, unparsed } from '../parse/command-output.ts';
import { parseThinPoolStatus } from '../parse/dmsetup.ts';

/** How full the thin pools are. The command is not run on a node without one. */
export async function collectThinPools(host: Host, deviceMapper: Reading<DeviceMapper>): Promise<Reading<ThinPools>> {
  if (deviceMapper.state !== 'known') return deviceMapper;
  const expected = new Map(deviceMapper.value.devices.filter(isThinPool).map((device) => [device.name, device]));
  if (expected.size === 0) return known({ pools: [] });
  const result = await host.run('dmsetup-status-thin-pool');
  const text = commandText(result);
  if (text.state !== 'known') return text;
  const { value, problems } = parseThinPoolStatus(text.value, new Set(expected.keys()));
  if (problems.length > 0) return unreadable(unparsed(result, problems));
  const listed = new Set(value.map((pool) => pool.name));
  const lacking = [...expected.keys()].find((name) => !listed.has(name));
  if (lacking !== undefined) return unreadable(outputProblem(result, 'truncated', `lacks the pool ${lacking}`));
  return known({
    pools: value.map((pool) => {
      const device = expected.get(pool.name);
      return { ...pool, devNo: device === undefined ? null : devNo(device) };
    }),
  });
}

const isThinPool = (device: DmDevice): boolean => device.table.some((target) => target.type === 'thin-pool');
