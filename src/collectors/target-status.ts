import { type Host, lookAgain } from '../host/host.ts';
import { type DeviceMapper, type DmDevice, devNo } from '../model/device-mapper/device-mapper.ts';
import type { ThinPools } from '../model/lvm/thin-pools.ts';
import { hasOwnState } from '../model/paths/stateful-targets.ts';
import type { TargetStatuses } from '../model/paths/target-status.ts';
import { known, type Reading, unreadable } from '../model/reading.ts';
import { outputProblem, parsedOutput } from '../parse/command-output.ts';
import { parseDmsetupStatus, parseThinPoolStatus } from '../parse/dmsetup.ts';

/** What the kernel says of targets that have a state. The command is not run on a node without any. */
export async function collectTargetStatuses(
  host: Host,
  deviceMapper: Reading<DeviceMapper>,
): Promise<Reading<TargetStatuses>> {
  if (deviceMapper.state !== 'known') return deviceMapper;
  const { devices } = deviceMapper.value;
  if (!devices.some(hasOwnState)) return known({ byName: new Map() });
  return lookAgain(host, () => look(host, devices));
}

async function look(host: Host, devices: readonly DmDevice[]): Promise<Reading<TargetStatuses>> {
  const names = new Set(devices.filter(hasOwnState).map(({ name }) => name));
  const byName = parsedOutput(await host.run('dmsetup-status'), (text) => parseDmsetupStatus(text, names), true);
  return byName.state === 'known' ? known({ byName: byName.value }) : byName;
}

/** How full the thin pools are. The command is not run on a node without one. */
export async function collectThinPools(host: Host, deviceMapper: Reading<DeviceMapper>): Promise<Reading<ThinPools>> {
  if (deviceMapper.state !== 'known') return deviceMapper;
  const expected = new Map(deviceMapper.value.devices.filter(isThinPool).map((device) => [device.name, device]));
  if (expected.size === 0) return known({ pools: [] });
  const result = await host.run('dmsetup-status-thin-pool');
  const pools = parsedOutput(result, (text) => parseThinPoolStatus(text, new Set(expected.keys())), true);
  if (pools.state !== 'known') return pools;
  const listed = new Set(pools.value.map((pool) => pool.name));
  const lacking = [...expected.keys()].find((name) => !listed.has(name));
  if (lacking !== undefined) return unreadable(outputProblem(result, 'truncated', `lacks the pool ${lacking}`));
  return known({
    pools: pools.value.map((pool) => {
      const device = expected.get(pool.name);
      return { ...pool, devNo: device === undefined ? null : devNo(device) };
    }),
  });
}

const isThinPool = (device: DmDevice): boolean => device.table.some((target) => target.type === 'thin-pool');
