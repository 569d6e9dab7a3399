import type { CommandName } from '../host/commands.ts';
import { type Host, readFile } from '../host/host.ts';
import type { CommandResult } from '../model/command-result.ts';
import type { DeviceMapper, DmDevice } from '../model/device-mapper/device-mapper.ts';
import { identifyUuid } from '../model/device-mapper/dm-uuid.ts';
import type { ProcessTable } from '../model/host-facts.ts';
import { hangingMaps, type SeenBefore } from '../model/lvm/hanging-maps.ts';
import { LVM_COMMAND, type Lvm } from '../model/lvm/lvm.ts';
import { absent, known, type Reading, unreadable } from '../model/reading.ts';
import { parsedOutput } from '../parse/command-output.ts';
import { parseLvmFullreport, parseLvmWarnings } from '../parse/lvm-report.ts';

const SOURCE = 'lvm fullreport';

/** Metadata that is being changed while it is read without a lock makes LVM fail, or report a volume too few. */
const BEFORE_RETRY_MS = 500;

/**
 * What LVM's metadata says. LVM opens every disk, so it is not run when that is known to hang: it would be one more
 * process that nothing can end, and it holds the device that it waits for.
 */
export async function collectLvm(
  host: Host,
  deviceMapper: Reading<DeviceMapper>,
  { blockDevices, targetStatuses, processes }: SeenBefore,
): Promise<Reading<Lvm>> {
  if (deviceMapper.state === 'unreadable') return deviceMapper;
  const devices = deviceMapper.state === 'known' ? deviceMapper.value.devices : [];
  const hazard =
    suspendedDevice(devices) ??
    hangingMaps(devices, blockDevices, targetStatuses)[0]?.because ??
    (await hungLvm(host, processes));
  if (hazard !== null)
    return unreadable({ kind: 'timed-out', source: SOURCE, detail: `not run, since ${hazard} and LVM would hang too` });
  const first = await report(host, 'lvm-fullreport');
  // A property that LVM does not know: before 2.03.12 there is no autoactivation (lib/report/columns.h).
  const command = first.result.stderr.includes('Unrecognised field') ? 'lvm-fullreport-old' : 'lvm-fullreport';
  const answer = command === 'lvm-fullreport' ? first : await report(host, command);
  if (answer.result.outcome === 'not-found' && !devices.some(isVolume)) return absent('LVM is not installed');
  if (!mayBeChurn(answer.reading)) return answer.reading;
  await host.pause(BEFORE_RETRY_MS);
  return (await report(host, command)).reading;
}

const isVolume = (device: DmDevice): boolean => identifyUuid(device.uuid).kind === 'lvm';

const mayBeChurn = (reading: Reading<unknown>): boolean =>
  reading.state === 'unreadable' && ['failed', 'truncated', 'malformed'].includes(reading.problem.kind);

async function report(
  host: Host,
  command: CommandName,
): Promise<{ readonly result: CommandResult; readonly reading: Reading<Lvm> }> {
  const result = await host.run(command);
  const reading = parsedOutput(result, parseLvmFullreport);
  if (reading.state !== 'known') return { result, reading };
  return {
    result,
    reading: known({ ...reading.value, readAt: host.now().toISOString(), leftOut: parseLvmWarnings(result.stderr) }),
  };
}

function suspendedDevice(devices: readonly DmDevice[]): string | null {
  const suspended = devices.find((device) => device.suspended);
  return suspended === undefined ? null : `${suspended.name} is suspended`;
}

/** Those that only read: they never rest at a question to the administrator. */
const READING_COMMAND = /^(?:lv|vg|pv)(?:s|scan|display)$/;

/** A process that waits for its disk moves within this time if the disk answers at all. */
const SECOND_LOOK_MS = 1000;

/** As long as our own command may take; a younger one that rests is at work. */
const LONG_RUNNING_SECONDS = 10;

/** USER_HZ, the unit of /proc/<pid>/stat on every architecture that PVE runs on. */
const TICKS_PER_SECOND = 100;

/**
 * An LVM command that hangs, whoever started it (pvestatd runs one every ten seconds, and an earlier pve-doctor may have
 * left one behind). It hangs when it made no step, not even a switch of context, between two looks, and is in
 * uninterruptible sleep or old: LVM waits for its reads interruptibly (io_getevents) until it is killed.
 */
async function hungLvm(host: Host, processes: Reading<ProcessTable>): Promise<string | null> {
  if (processes.state !== 'known') return null;
  const uptime = await readFile(host, '/proc/uptime');
  const now = uptime.state === 'known' ? Number.parseFloat(uptime.value) : 0;
  const suspects = [...processes.value.byPid].flatMap(([pid, { command, state, startTicks }]) => {
    if (!LVM_COMMAND.test(command)) return [];
    const ageSeconds = now - startTicks / TICKS_PER_SECOND;
    const isOld = READING_COMMAND.test(command) && ageSeconds > LONG_RUNNING_SECONDS;
    return state === 'D' || isOld ? [{ pid, command }] : [];
  });
  if (suspects.length === 0) return null;
  const steps = () => host.readFiles(suspects.map(({ pid }) => `/proc/${pid}/status`));
  const before = await steps();
  await host.pause(SECOND_LOOK_MS);
  const after = await steps();
  const hung = suspects.find((_, at) => isUnmoved(before[at], after[at]));
  return hung === undefined ? null : `${hung.command} (process ${hung.pid}) hangs`;
}

/** /proc/<pid>/status counts the switches of context (kernel fs/proc/array.c task_context_switch_counts). */
const isUnmoved = (before: Reading<string> | undefined, after: Reading<string> | undefined): boolean =>
  before?.state === 'known' && after?.state === 'known' && before.value === after.value;
