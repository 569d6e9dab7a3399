import { type Host, listDir } from '../host/host.ts';
import type { FileSystemErrors, FileSystems } from '../model/mounts/file-system-errors.ts';
import { known, type Reading, unreadable } from '../model/reading.ts';
import { wholeNumber } from '../parse/complete-lines.ts';

const EXT4 = '/sys/fs/ext4';

/** What else stands there (fs/ext4/sysfs.c). */
const NO_FILE_SYSTEM = 'features';

/**
 * Errors that mounted ext4 file systems met since they were last checked (Documentation/ABI/testing/sysfs-fs-ext4). sysfs alone is asked: a disk
 * that hangs hangs nobody.
 */
export async function collectFileSystems(host: Host): Promise<Reading<FileSystems>> {
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
  return known({ errors: met });
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
