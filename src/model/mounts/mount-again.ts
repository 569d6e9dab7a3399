import { type Command, type Reads, reads } from '../command/command.ts';
import { startMountUnit } from '../command/mount-changes.ts';
import type { Remedy } from '../finding.ts';
import type { Reading } from '../reading.ts';
import { isStorage, mountersOf } from './missing-mounts.ts';
import { isWithin } from './mount-tree.ts';
import type { ExpectedMount, ExpectedMounts, SeenMount } from './mounts.ts';

/**
 * What mounts it, and commands that only read: the place that expects it knows how; where none does, the mount table is all that
 * there is. `mount` and `umount` take a path and whatever is there when they run, so neither is printed: run later, the one covers
 * and the other takes away what somebody mounted there meanwhile.
 */
export function mountingAgain(mount: SeenMount, expected: Reading<ExpectedMounts>): Remedy {
  const named = expected.state === 'known' ? expected.value.mounts.filter(({ target }) => target === mount.target) : [];
  const [best] = mountersOf(named);
  if (best !== undefined) return { text: mountingExpected(best).text, commands: [] };
  const isWhole = expected.state === 'known' && expected.value.gaps.length === 0;
  return isWhole
    ? byHand(mount)
    : { text: UNREAD, commands: [linesOf(mount.target, '/etc/fstab', '/etc/pve/storage.cfg')] };
}

const UNREAD = 'What mounts it could not be read: find that out before you unmount anything.';

/**
 * How what a configuration names is mounted. A unit is active while anything is mounted at its place, and starting it then does nothing
 * (systemd src/core/mount.c mount_start, unit.c unit_start), so that command covers nothing, whenever it is run.
 */
export function mountingExpected(expected: ExpectedMount): Remedy {
  const { origin, storeid, readFrom, target, source } = expected;
  if (isStorage(expected))
    return { text: `PVE mounts storage ${storeid} by itself, within seconds of its server's answer.`, commands: [] };
  if (origin === 'unit') {
    const unit = readFrom.slice(readFrom.lastIndexOf('/') + 1);
    return {
      text: `The unit ${unit} mounts it.`,
      commands: source === null ? [] : [startMountUnit(unit, target, source)],
    };
  }
  if (origin === 'fstab') return { text: `${readFrom}, mounts it.`, commands: [] };
  return { text: `${readFrom} says that it must be mounted, and not by what.`, commands: [] };
}

/** Nothing on the node would bring it back, at the next boot neither. */
function byHand({ target, fsType }: SeenMount): Remedy {
  const nobody = 'No fstab line, unit or storage mounts it: once unmounted, it does not come back';
  if (fsType.startsWith('fuse'))
    return {
      text: `${nobody}, and the mount table does not hold the options of its program. Find out first what starts that.`,
      commands: [linesOf(target, '/etc/rc.local', '/etc/crontab', '/etc/systemd/system')],
    };
  return {
    text: `${nobody}. Keep its line of /proc/mounts before you unmount it: it says from where and with which options it is mounted, without passwords. A line of /etc/fstab would keep it.`,
    commands: [],
  };
}

/** Reads only, and touches no mount: `findmnt` follows the path. */
const linesOf = (target: string, ...files: readonly string[]): Command => reads('grep', '-rsF', '--', target, ...files);

/** The line that says what is mounted on a path, or none. */
export const mountLineOf = (target: string): Reads => reads('grep', ...lineWords(target));

export const lineWords = (target: string): readonly string[] => ['-F', '--', ` ${escaped(target)} `, '/proc/mounts'];

/** As the kernel writes it (fs/proc_namespace.c). */
const escaped = (path: string): string =>
  path.replace(/[ \t\n\\#]/g, (sign) => `\\${(sign.codePointAt(0) ?? 0).toString(8).padStart(3, '0')}`);

/** What is mounted in directories below a mount: a lazy unmount takes it along. */
export const mountedBeneath = (mounts: readonly SeenMount[], target: string): readonly string[] =>
  mounts.flatMap((one) => (one.target !== target && !one.covered && isWithin(one.target, target) ? [one.target] : []));
