import { defineCheck, type Facts, type Found } from '../model/check.ts';
import { counted, listed } from '../model/evidence.ts';
import type { FileSystemErrors } from '../model/mounts/file-system-errors.ts';
import { knownOrNull } from '../model/reading.ts';
import { minuteOf } from '../model/time-words.ts';

export const mnt011 = defineCheck({
  code: 'MNT011',
  title: 'file system that met errors in its own data',
  harms: { redundancy: '' },
  needs: ['fileSystems', 'mounts'],
  wants: ['storage'],
  examine: ({ fileSystems, mounts }: Facts<'fileSystems' | 'mounts'>, wanted) => {
    const storages = knownOrNull(wanted.storage)?.storages ?? [];
    return fileSystems.errors.map((met) => {
      const targets = mounts.mounts.filter(({ devNo }) => devNo === met.devNo).map(({ target }) => target);
      const storeids = storages
        .filter(({ properties }) => targets.some((target) => isOn(properties['path'] ?? '', target)))
        .map(({ storeid }) => storeid);
      return findingFor(met, targets, storeids);
    });
  },
});

/** The root file system holds every directory that no other mount does; which that is the path alone does not say. */
const isOn = (path: string, target: string): boolean =>
  target !== '/' && (path === target || path.startsWith(`${target}/`));

function findingFor(met: FileSystemErrors, targets: readonly string[], storeids: readonly string[]): Found {
  const { name, count, firstAt, lastAt } = met;
  const place = targets[0] ?? `/dev/${name}`;
  const since = firstAt === null ? '' : ` since ${minuteOf(firstAt)}`;
  return {
    harm: 'redundancy',
    subject: { kind: 'mount', id: place },
    title: `${place} met ${counted(count, 'error')} in its file system${since}`,
    headline: `has a damaged file system: ${counted(count, 'error')}${since}${
      storeids.length === 0 ? '' : `, and storage ${listed(storeids)} is on it`
    }`,
    evidence: [
      {
        fact: `ext4 on ${name}: ${counted(count, 'error')}${firstAt === null ? '' : `, the first ${minuteOf(firstAt)}`}${lastAt === null ? '' : `, the last ${minuteOf(lastAt)}`}`,
        source: `/sys/fs/ext4/${name}/errors_count`,
      },
      ...(targets.length === 0 ? [] : [{ fact: `mounted on ${listed(targets, 4)}`, source: '/proc/1/mountinfo' }]),
    ],
    impact:
      'The kernel found damage in the data of the file system itself. By its mount options it goes on, turns read-only (the mount may still say rw) or stops the node. What is written may be lost, and the damage grows.',
    remedy: {
      text: 'Back up what is on it now. Look at the kernel’s log for the disk beneath. Then stop what uses it, unmount it and check it with e2fsck; the root file system is checked at a start of the node.',
      commands: [
        ['journalctl', '-k', '--no-pager', '--grep', 'EXT4-fs error'],
        ['lsblk', '-f'],
      ],
    },
  };
}
