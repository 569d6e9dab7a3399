import { describe, expect, it } from 'vitest';
import { filesBelow } from '../../test/repo/repository.ts';
import { redactPath } from './paths.ts';
import { tokenBook } from './token-book.ts';

/** Every path that a collector names, with numbers for what it puts in. */
const PATHS = filesBelow('src/collectors', '.ts')
  .filter(({ path }) => !path.endsWith('.test.ts'))
  .flatMap(({ text }) => [...text.matchAll(/['`](\/(?:proc|sys|etc|var|run|usr)\/[^'`\s:*]*)['`]/g)])
  .map(([, path = '']) => path)
  .filter((path) => !/\$\{(?:node|mount|file|attribute|disk|name|group)\b/.test(path))
  .map((path) => path.replace(/\$\{kind\.folder\}/g, 'lxc').replace(/\$\{\w+\}/g, '7'));

describe('a path that is read', () => {
  it.each([...new Set(PATHS)])('%s stays', (path) => {
    expect(redactPath(tokenBook(''), path)).toBe(path);
  });
});

describe('a path', () => {
  it.each([
    ['/dev/ssd-1/vm-100-data', '/dev/xvg1-1/vm-100-xvol1'],
    ['/dev/mapper/ssd--1-vm--100--data', '/dev/mapper/xvg1--1-vm--100--xvol1'],
    ['/dev/disk/by-id/dm-name-ssd--1-vm--100--data', '/dev/disk/by-id/dm-name-xvg1--1-vm--100--xvol1'],
    ['/dev/disk/by-id/scsi-3600a098038314a6b-part1', '/dev/disk/by-id/scsi-1xname1-part1'],
    ['/dev/disk/by-id/ata-WDC_12345678', '/dev/disk/by-id/ata-xname1_00000001'],
    [
      '/sys/kernel/debug/drbd/resources/gold/connections/hv7/0/proc_drbd',
      '/sys/kernel/debug/drbd/resources/xname1/connections/xnode1/0/proc_drbd',
    ],
    [
      '/sys/kernel/debug/drbd/resources/vm-100-disk-1/volumes/0',
      '/sys/kernel/debug/drbd/resources/vm-100-disk-1/volumes/0',
    ],
    ['/sys/kernel/debug/drbd/minors/1000', '/sys/kernel/debug/drbd/minors/1000'],
    ['/dev/sda1', '/dev/sda1'],
    ['/dev/dm-3', '/dev/dm-3'],
    ['/etc/pve/nodes/hv7/qemu-server/100.conf', '/etc/pve/nodes/xnode1/qemu-server/100.conf'],
    ['/etc/pve/priv/lock/storage-nas-1', '/etc/pve/priv/lock/storage-xstore1-1'],
    ['/var/lock/pve-manager/pve-storage-nas', '/var/lock/pve-manager/pve-storage-xstore1'],
    ['/mnt/pve/nas/data', '/mnt/pve/xstore1/xdir1'],
    ['/mnt/pve/local', '/mnt/pve/local'],
    ['/srv/customers/acme', '/srv/xdir1/xdir2'],
    ['/proc/7/root/srv/acme', '/proc/7/root/srv/xdir1'],
    ['/etc/systemd/system/mnt-pve-nas\\x2d1.mount', '/etc/systemd/system/mnt-pve-xstore1\\x2d1.mount'],
  ])('%s becomes %s', (path, redacted) => {
    expect(redactPath(tokenBook(''), path)).toBe(redacted);
  });

  it('is redacted part by part, so a directory and what is in it agree', () => {
    const book = tokenBook('');
    for (const path of ['/dev/ssd/vm-100-data', '/mnt/pve/nas/x y', '/etc/pve/nodes/hv7/lxc', '/home/jdoe/a/b']) {
      const directory = path.slice(0, path.lastIndexOf('/'));
      expect(redactPath(book, path).startsWith(`${redactPath(book, directory)}/`)).toBe(true);
    }
  });
});
