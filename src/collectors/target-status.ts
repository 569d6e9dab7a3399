import type { Host } from '../host/host.ts';
import { type DeviceMapper, type DmDevice, devNo } from '../model/device-mapper/device-mapper.ts';
import type { ThinPools } from '../model/lvm/thin-pools.ts';
import { hasOwnState } from '../model/paths/stateful-targets.ts';
import type { TargetStatuses } from '../model/paths/target-status.ts';
import { known, type Reading, unreadable } from '../model/reading.ts';
import { commandText, outputProblem, unparsed } from '../parse/command-output.ts';
import { parseDmsetupStatus, parseThinPoolStatus } from '../parse/dmsetup.ts';

/** A device that goes between two ioctls makes dmsetup end with exit status 1. */
const ATTEMPTS = 3;
const BETWEEN_ATTEMPTS_MS = 200;

/** What the kernel says of targets that have a state. The command is not run on a node without any. */
export async function collectTargetStatuses(
  host: Host,
  deviceMapper: Reading<DeviceMapper>,
): Promise<Reading<TargetStatuses>> {
  if (deviceMapper.state !== 'known') return deviceMapper;
  const { devices } = deviceMapper.value;
  if (!devices.some(hasOwnState)) return known({ byName: new Map() });
  let reading = await look(host, devices);
  for (
    let attempt = 1;
    attempt < ATTEMPTS && reading.state === 'unreadable' && mayBeChurn(reading.problem);
    attempt++
  ) {
    await host.pause(BETWEEN_ATTEMPTS_MS);
    reading = await look(host, devices);
  }
  return reading;
}

const mayBeChurn = ({ kind }: { readonly kind: string }): boolean =>
  kind === 'failed' || kind === 'truncated' || kind === 'malformed';

async function look(host: Host, devices: readonly DmDevice[]): Promise<Reading<TargetStatuses>> {
  const result = await host.run('dmsetup-status');
  const text = commandText(result);
  if (text.state !== 'known') return text;
  const { value, problems } = parseDmsetupStatus(
    text.value,
    new Set(devices.filter(hasOwnState).map(({ name }) => name)),
  );
  return problems.length === 0 ? known({ byName: value }) : unreadable(unparsed(result, problems));
}

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
