import { readdirSync, readlinkSync, statSync } from 'node:fs';
import { known, type Reading, unreadable } from '../model/reading.ts';
import { nextTurn } from './bulk-read.ts';
import { errorCode } from './errors.ts';
import { deviceNumber } from './files.ts';

type OpenDevice = readonly [pid: number, devNo: string];

const SOURCE = '/proc/*/fd';

/** Most processes are threads of the kernel with nothing open; a guest's has some hundred. */
const TURN = 20;

/**
 * Block devices that processes have open. Descriptor links are read at once, which touches no file; only one that leads
 * into /dev is looked at, through the descriptor, so that a device whose node was removed or replaced is told by its own
 * number (`/dev/dm-3 (deleted)`).
 */
export async function openBlockDevices(
  pids: readonly number[],
  deadlineMs: number,
): Promise<Reading<readonly OpenDevice[]>> {
  const end = performance.now() + deadlineMs;
  const open: OpenDevice[] = [];
  const failures: string[] = [];
  for (const [at, pid] of pids.entries()) {
    const devices = devicesOf(pid);
    if (typeof devices === 'string') failures.push(devices);
    else for (const devNo of devices) open.push([pid, devNo]);
    if (performance.now() > end)
      return unreadable({ kind: 'timed-out', source: SOURCE, detail: `not all read within ${deadlineMs / 1000} s` });
    if (at % TURN === TURN - 1) await nextTurn();
  }
  const [first] = failures;
  if (first === undefined) return known(open);
  const kind = DENIED.includes(first) ? 'denied' : 'failed';
  const detail = `the open files of ${failures.length} of ${pids.length} processes may not be read (${first})`;
  return unreadable({ kind, source: SOURCE, detail });
}

const DENIED = ['EACCES', 'EPERM'];

/** Of a process that has ended meanwhile, or a descriptor that was closed. Any other error hides what may be open. */
const GONE = ['ENOENT', 'ESRCH'];

/** The numbers, or the error because of which they are not known. */
function devicesOf(pid: number): ReadonlySet<string> | string {
  const directory = `/proc/${pid}/fd`;
  const devices = new Set<string>();
  try {
    for (const descriptor of readdirSync(directory)) {
      const devNo = blockDevice(`${directory}/${descriptor}`);
      if (devNo !== null) devices.add(devNo);
    }
  } catch (error) {
    const code = errorCode(error);
    if (!GONE.includes(code)) return code;
  }
  return devices;
}

function blockDevice(path: string): string | null {
  try {
    if (!readlinkSync(path).startsWith('/dev/')) return null;
    const stat = statSync(path);
    return stat.isBlockDevice() ? deviceNumber(stat.rdev) : null;
  } catch (error) {
    if (!GONE.includes(errorCode(error))) throw error;
    return null;
  }
}
