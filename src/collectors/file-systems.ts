import { type Host, listDir, NOT_RECORDED, type ProbeResult } from '../host/host.ts';
import type { FileSystemErrors, FileSystems } from '../model/mounts/file-systems.ts';
import { isGarbled } from '../model/mounts/mount-tree.ts';
import type { HostMounts, MountSettings } from '../model/mounts/mounts.ts';
import { known, type Reading, unreadable } from '../model/reading.ts';
import { wholeNumber } from '../parse/complete-lines.ts';
import { parseErrorText } from '../parse/stat-filesystem.ts';

const EXT4 = '/sys/fs/ext4';

/** What else stands there (fs/ext4/sysfs.c). */
const NO_FILE_SYSTEM = 'features';

/**
 * Errors that mounted ext4 file systems met since they were last checked (Documentation/ABI/testing/sysfs-fs-ext4): sysfs alone is asked, so a disk
 * that hangs hangs nobody. XFS says nothing there, neither in the mount table nor to statfs: once it has shut down, `stat` of its
 * directory fails with EIO (fs/xfs/xfs_iops.c xfs_vn_getattr), which is answered from memory.
 */
export async function collectFileSystems(
  host: Host,
  mounts: Reading<HostMounts>,
  settings: MountSettings,
): Promise<Reading<FileSystems>> {
  const [errors, xfs] = await Promise.all([readErrors(host), askXfs(host, mounts, settings)]);
  return errors.state === 'known' ? known({ errors: errors.value, ...xfs }) : errors;
}

async function readErrors(host: Host): Promise<Reading<readonly FileSystemErrors[]>> {
  const listing = await listDir(host, EXT4);
  if (listing.state === 'unreadable') return listing;
  const names = listing.state === 'known' ? listing.value.filter((name) => name !== NO_FILE_SYSTEM) : [];
  const texts = await host.readFiles(
    names.flatMap((name) => [
      `${EXT4}/${name}/errors_count`,
      `${EXT4}/${name}/first_error_time`,
      `${EXT4}/${name}/last_error_time`,
      `/sys/class/block/${name}/dev`,
    ]),
  );
  const met: FileSystemErrors[] = [];
  for (const [at, name] of names.entries()) {
    const [errors, first, last, number] = texts.slice(4 * at, 4 * at + 4);
    // Unmounted meanwhile.
    if (errors?.state === 'absent') continue;
    if (errors?.state === 'unreadable') return errors;
    const count = wholeNumber(errors?.value.trim() ?? '');
    if (count === null)
      return unreadable({ kind: 'malformed', source: `${EXT4}/${name}/errors_count`, detail: 'it is no number' });
    if (count > 0) met.push({ name, devNo: textOf(number), count, firstAt: timeOf(first), lastAt: timeOf(last) });
  }
  return known(met);
}

async function askXfs(
  host: Host,
  mounts: Reading<HostMounts>,
  { probeTimeoutMs }: MountSettings,
): Promise<Pick<FileSystems, 'shutDown' | 'silent'>> {
  const table = mounts.state === 'known' ? mounts.value.mounts : [];
  const open = table.filter((mount) => mount.fsType === 'xfs' && !mount.covered && !isGarbled(mount));
  const asked = [...Map.groupBy(open, ({ devNo }) => devNo).values()].flatMap(([first]) => first ?? []);
  const results = await host.probe(
    asked.map(({ devNo, target }) => ({
      kind: 'stat',
      path: target,
      key: `xfs ${devNo}`,
      deadlineMs: probeTimeoutMs,
    })),
  );
  const said = asked.map((mount, at) => ({ mount, result: results[at] }));
  const isEio = (result: ProbeResult | undefined): boolean =>
    result?.outcome === 'exited' && result.exitCode !== 0 && parseErrorText(result.stderr).errorClass === 'EIO';
  return {
    shutDown: new Set(said.flatMap(({ mount, result }) => (isEio(result) ? [mount.devNo] : []))),
    silent: said.flatMap(({ mount, result }) => {
      const isQuiet = result?.outcome === 'exited' || result?.stderr === NOT_RECORDED;
      return isQuiet ? [] : [`${mount.target}: it gave no answer, so nobody knows whether it has shut down`];
    }),
  };
}

const textOf = (reading: Reading<string> | undefined): string =>
  reading?.state === 'known' ? reading.value.trim() : '';

/** Seconds since 1970; 0: none, as a clock that was never set. */
function timeOf(reading: Reading<string> | undefined): string | null {
  const seconds = wholeNumber(textOf(reading));
  return seconds === null || seconds === 0 || seconds > 8_640_000_000_000
    ? null
    : new Date(seconds * 1000).toISOString();
}
