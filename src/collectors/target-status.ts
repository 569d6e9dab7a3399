import type { Host } from '../host/host.ts';
import type { DeviceMapper, DmDevice } from '../model/device-mapper/device-mapper.ts';
import { hasOwnState } from '../model/paths/stateful-targets.ts';
import type { TargetStatuses } from '../model/paths/target-status.ts';
import { known, type Reading, unreadable } from '../model/reading.ts';
import { commandText, unparsed } from '../parse/command-output.ts';
import { parseDmsetupStatus } from '../parse/dmsetup-status.ts';

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
