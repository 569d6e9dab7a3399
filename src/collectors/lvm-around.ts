import { canBeShown } from '../host/commands.ts';
import type { Host } from '../host/host.ts';
import type { CommandResult } from '../model/command-result.ts';
import type { DeviceMapper } from '../model/device-mapper/device-mapper.ts';
import { stackDevices } from '../model/device-mapper/device-stack.ts';
import { identifyUuid } from '../model/device-mapper/dm-uuid.ts';
import type { ProcessTable } from '../model/host-facts.ts';
import { hangingMaps, type SeenBefore } from '../model/lvm/hanging-maps.ts';
import { LVM_COMMAND, type Lvm } from '../model/lvm/lvm.ts';
import { type LeftAside, type LvmAround, leftAsideOf } from '../model/lvm/lvm-around.ts';
import { absent, known, knownOf, type Reading } from '../model/reading.ts';
import { parsedOutput } from '../parse/command-output.ts';
import { parseLvmSettings } from '../parse/lvm-config.ts';
import { parseLvmFullreport, parseLvmWarnings } from '../parse/lvm-report.ts';

/** What LVM says of the devices that do not hang, where a multipath map does and all that is on it is known. */
export async function collectLvmAround(
  host: Host,
  lvm: Reading<Lvm>,
  deviceMapper: Reading<DeviceMapper>,
  seen: SeenBefore,
  askSettings: () => Promise<CommandResult>,
): Promise<Reading<LvmAround>> {
  if (lvm.state !== 'unreadable') return absent('LVM was asked of every device');
  const { blockDevices, targetStatuses, processes } = seen;
  if (deviceMapper.state !== 'known' || blockDevices.state !== 'known' || targetStatuses.state !== 'known')
    return absent('nobody knows which devices hang');
  const { devices } = deviceMapper.value;
  const maps = hangingMaps(devices, blockDevices, targetStatuses).map(({ device }) => device);
  if (maps.length === 0 || devices.some(({ suspended }) => suspended))
    return absent('LVM would hang, and not on a multipath map alone');
  const stack = stackDevices(deviceMapper.value);
  const leftAside = leftAsideOf(stack, blockDevices.value, maps);
  if (leftAside === null) return absent('nobody knows what is on the multipath map that hangs');
  const shown = [...blockDevices.value.devices.values()].filter(({ devNo }) => {
    const device = stack.at(devNo);
    return !leftAside.numbers.has(devNo) && identifyUuid(device?.uuid ?? '').kind !== 'lvm';
  });
  if (shown.some(({ state }) => state === 'blocked')) return absent('another disk may hang too');
  const names = shown.map(({ kernelName }) => kernelName);
  // A device that is left aside for its name may be a copy of one that is shown.
  if (!canBeShown(names)) return absent('LVM cannot be shown every other device by name');
  if (await hangsAround(host, processes)) return absent('LVM hangs although it was not shown the multipath map');
  const reason = whyNotFiltered(await askSettings());
  if (reason !== null) return absent(reason);
  return reportOf(await host.run('lvm-fullreport-around', names), leftAside, host.now().toISOString());
}

function reportOf(result: CommandResult, leftAside: LeftAside, readAt: string): Reading<LvmAround> {
  if (result.outcome === 'not-found') return absent('LVM is not installed');
  const reading = parsedOutput(result, parseLvmFullreport);
  if (reading.state !== 'known') return reading;
  return known({ lvm: { ...reading.value, readAt, leftOut: parseLvmWarnings(result.stderr) }, leftAside });
}

/** An earlier report of this kind still waits: something else hangs, and one process there is enough. */
async function hangsAround(host: Host, processes: Reading<ProcessTable>): Promise<boolean> {
  if (processes.state !== 'known') return true;
  const pids = [...processes.value.byPid].flatMap(([pid, { command }]) => (LVM_COMMAND.test(command) ? [pid] : []));
  const lines = await host.readFiles(pids.map((pid) => `/proc/${pid}/cmdline`));
  return knownOf(pids, lines).some(([, line]) => line.includes('devices/filter='));
}

/** LVM's own: every device. */
const NO_FILTER = /^(?:|\[?"a\|\.\*\|"\]?)$/;

/** Our filter takes the place of the one in lvm.conf, and LVM passes over both where it has a file of devices. */
function whyNotFiltered(result: CommandResult): string | null {
  const settings = parsedOutput(result, parseLvmSettings);
  if (settings.state !== 'known') return 'nobody knows the filter of LVM';
  if (settings.value.useDevicesFile === true) return 'LVM goes by a file of devices and by no filter';
  return NO_FILTER.test(settings.value.filter ?? '') ? null : 'LVM has a filter of its own';
}
