import type { Remedy } from '../finding.ts';
import type { Reading } from '../reading.ts';
import { expectsRemote } from './missing-mounts.ts';
import { isIncomplete, lastingOptions } from './mount-secrets.ts';
import { isWithin } from './mount-tree.ts';
import type { ExpectedMount, ExpectedMounts, SeenMount } from './mounts.ts';

/** What mounts it: the place that expects it knows how; where none does, the mount table is all that there is. */
export function mountingAgain(mount: SeenMount, expected: Reading<ExpectedMounts>): Remedy {
  const named = expected.state === 'known' ? expected.value.mounts.filter(({ target }) => target === mount.target) : [];
  const best = ORIGINS.flatMap((isOf) => named.filter(isOf))[0];
  if (best !== undefined) return mountingExpected(best);
  const isWhole = expected.state === 'known' && expected.value.gaps.length === 0;
  return isWhole
    ? byHand(mount)
    : { text: UNREAD, commands: [linesOf(mount.target, '/etc/fstab', '/etc/pve/storage.cfg')] };
}

const UNREAD = 'What mounts it could not be read: find that out before you unmount anything.';

/** A storage is mounted without anybody asking; a line of fstab only when somebody does. */
const ORIGINS: readonly ((expected: ExpectedMount) => boolean)[] = [
  (expected) => isStorage(expected) && expected.required,
  ({ origin }) => origin === 'fstab',
  ({ origin }) => origin === 'unit',
];

/** PVE mounts network storages itself; with `is_mountpoint` it only looks. */
export const isStorage = (expected: ExpectedMount): boolean => expected.origin === 'storage' && expectsRemote(expected);

/** How what a configuration names is mounted. */
export function mountingExpected(expected: ExpectedMount): Remedy {
  const { origin, storeid, readFrom, target } = expected;
  if (isStorage(expected))
    return { text: `PVE mounts storage ${storeid} by itself, within seconds of its server's answer.`, commands: [] };
  if (origin === 'unit') {
    const unit = readFrom.slice(readFrom.lastIndexOf('/') + 1);
    return { text: `The unit ${unit} mounts it.`, commands: [['systemctl', 'start', unit]] };
  }
  if (origin === 'fstab') return { text: `${readFrom}, mounts it.`, commands: [['mount', target]] };
  return { text: `${readFrom} says that it must be mounted, and not by what.`, commands: [] };
}

/** Nothing on the node would bring it back, at the next boot neither. */
function byHand({ target, source, fsType, options, superOptions }: SeenMount): Remedy {
  const nobody = 'No fstab line, unit or storage mounts it: once unmounted, it does not come back';
  const look = linesOf(target, '/proc/mounts');
  if (fsType.startsWith('fuse'))
    return {
      text: `${nobody}, and the mount table does not hold the options of its program. Find out first what starts that.`,
      commands: [linesOf(target, '/etc/rc.local', '/etc/crontab', '/etc/systemd/system')],
    };
  const { shown, withheld } = lastingOptions([...options, ...superOptions]);
  if (withheld > 0 || isIncomplete(source))
    return {
      text: `${nobody}. Keep its line of /proc/mounts before you unmount it: ${withheld === 0 ? 'its source' : `${withheld} of its options`} may hold credentials and ${withheld > 1 ? 'are' : 'is'} not repeated here. Passwords are not in that line.`,
      commands: [look],
    };
  const type = fsType === 'nfs4' ? 'nfs' : fsType;
  return {
    text: `${nobody}. The command mounts it as it is mounted now; a line of /etc/fstab would keep it.`,
    commands: [['mount', '-t', type, '-o', shown.join(','), '--', source, target]],
  };
}

/** Reads only, and touches no mount: `findmnt` follows the path. */
function linesOf(target: string, ...files: readonly string[]): readonly string[] {
  return ['grep', '-rsF', '--', files.includes('/proc/mounts') ? ` ${escaped(target)} ` : target, ...files];
}

/** As the kernel writes it (fs/proc_namespace.c). */
const escaped = (path: string): string =>
  path.replace(/[ \t\n\\#]/g, (sign) => `\\${(sign.codePointAt(0) ?? 0).toString(8).padStart(3, '0')}`);

/** What is mounted in directories below a mount: a lazy unmount takes it along. */
export const mountedBeneath = (mounts: readonly SeenMount[], target: string): readonly string[] =>
  mounts.flatMap((one) => (one.target !== target && !one.covered && isWithin(one.target, target) ? [one.target] : []));
