import { describe, expect, it } from 'vitest';
import { table } from '../../../test/checks/mount-examples.ts';
import { IS_THOROUGH } from '../../../test/sample.ts';
import { beneathOf, isReadonly, mountAt, mountOf, optionText, probeKey, withCovered } from './mount-tree.ts';

const stacked = table(
  '30 20 0:40 / /mnt/nas rw - nfs4 nas:/a rw',
  '31 30 0:41 / /mnt/nas rw - nfs4 nas:/b rw',
  '32 31 0:42 / /mnt/nas/inner rw - cifs //nas/c rw',
  '33 20 8:2 / /srv rw - ext4 /dev/sda2 rw',
  '34 33 0:43 / /srv/share rw - nfs4 nas:/d rw',
  '35 20 8:3 / /srv rw - ext4 /dev/sda3 rw',
);

describe('a mount table', () => {
  it('knows what is covered by a later mount at the same place', () => {
    expect(mountAt(stacked, '/mnt/nas')?.devNo).toBe('0:41');
    expect(stacked.find(({ devNo }) => devNo === '0:40')?.covered).toBe(true);
    expect(stacked.find(({ devNo }) => devNo === '0:42')?.covered).toBe(false);
  });

  it('knows what is covered by a mount over a directory above', () => {
    const tree = table('33 20 0:43 / /srv/share rw - nfs4 nas:/d rw', '34 20 8:3 / /srv rw - ext4 /dev/sda3 rw');
    expect(tree.find(({ devNo }) => devNo === '0:43')?.covered).toBe(true);
    expect(mountOf(tree, '/srv/share/x')?.devNo).toBe('8:3');
  });

  it('does not take the ancestors of a mount for covers', () => {
    expect(mountOf(stacked, '/mnt/nas/inner/x')?.devNo).toBe('0:42');
    expect(mountOf(stacked, '/mnt/nasty')?.target).toBe('/');
  });

  it('takes what stands on a hidden mount for covered, and nothing for what a hidden mount would have hidden', () => {
    const tree = table(
      '30 20 0:40 / /a/b rw - nfs4 nas:/a rw',
      '31 30 0:41 / /a/b/c rw - nfs4 nas:/b rw',
      '32 20 8:2 / /a rw - ext4 /dev/sda2 rw',
      '33 32 0:42 / /a/b/d rw - nfs4 nas:/c rw',
    );
    expect(tree.map(({ covered }) => covered)).toEqual([false, true, true, false, false]);
  });

  it('takes for covered what lies in a covered directory, though another name sorts between the two', () => {
    const tree = table(
      '30 20 0:40 / /a rw - nfs4 nas:/a rw',
      '31 20 0:41 / /a-b rw - nfs4 nas:/b rw',
      '32 20 0:42 / /a/b rw - nfs4 nas:/c rw',
    );
    expect(tree.map(({ covered }) => covered)).toEqual([false, false, false, true]);
  });

  it('takes for covered what has a mount on top, and another one in it', () => {
    const tree = table(
      '30 20 0:40 / /a rw - nfs4 nas:/a rw',
      '31 30 0:41 / /a/b rw - x x rw',
      '32 30 0:42 / /a rw - x x rw',
    );
    expect(tree.map(({ covered }) => covered)).toEqual([false, true, true, false]);
  });

  it('takes nothing for covered by a mount that stands on itself or on one that is not in the table', () => {
    const [root] = table();
    const own = root === undefined ? [] : [{ ...root, parentId: root.mountId }];
    expect(withCovered(own).map(({ covered }) => covered)).toEqual([false]);
    const apart = table('30 9 0:40 / /a rw - nfs4 nas:/a rw', '31 9 0:41 / /a/b rw - nfs4 nas:/b rw');
    expect(apart.map(({ covered }) => covered)).toEqual([false, false, false]);
  });

  it('finds the mount that a path leads to in whatever order the table is', () => {
    const tree = table('31 30 0:41 / /a/b rw - nfs4 nas:/b rw', '30 20 0:40 / /a rw - nfs4 nas:/a rw');
    expect(mountOf(tree, '/a/b/c')?.devNo).toBe('0:41');
    expect(mountOf([...tree].reverse(), '/a/b/c')?.devNo).toBe('0:41');
  });

  it('takes two at one place for covered, whichever it was', () => {
    const tree = table('30 20 0:40 / /a rw - nfs4 nas:/a rw', '31 20 0:41 / /a rw - nfs4 nas:/b rw');
    expect(tree.map(({ covered }) => covered)).toEqual([false, true, true]);
  });

  // Milliseconds for what took hours.
  it('is read where a container put thousands of mounts upon each other', () => {
    const lines = Array.from(
      { length: IS_THOROUGH ? 100_000 : 20_000 },
      (_, at) => `${at + 21} ${at + 20} 0:9 / /mnt rw - tmpfs x rw`,
    );
    expect(table(...lines).filter(({ covered }) => !covered)).toHaveLength(2);
  });

  it('ends where mounts stand on each other in a ring', () => {
    const ring = table('30 31 0:40 / /a rw - nfs4 nas:/a rw', '31 30 0:41 / /a rw - nfs4 nas:/b rw');
    expect(ring).toHaveLength(3);
  });

  it('finds the file system beneath everything at a place, an automount included', () => {
    const auto = table('30 20 0:44 / /mnt/nas rw - autofs systemd-1 rw', '31 30 0:40 / /mnt/nas rw - nfs4 nas:/a rw');
    expect(beneathOf(auto, '/mnt/nas')?.target).toBe('/');
    expect(beneathOf(stacked, '/mnt/nas')?.target).toBe('/');
    expect(beneathOf(stacked, '/mnt/missing')?.target).toBe('/');
  });

  it('takes a mount point that was removed for covered', () => {
    expect(table('30 20 0:40 / /mnt/gone//deleted rw - nfs4 nas:/a rw')[1]?.covered).toBe(true);
  });

  it('asks two directories of one superblock apart', () => {
    const [, one, two] = table('30 20 0:40 / /a rw - nfs4 nas:/x rw', '31 20 0:40 /sub /b rw - nfs4 nas:/x rw');
    expect(one && two && probeKey(one) !== probeKey(two)).toBe(true);
  });

  it('asks a file system of this machine once, however many of its directories are bound', () => {
    const [, one, two] = table('30 20 8:2 /x /a rw - ext4 /dev/sda2 rw', '31 20 8:2 /y /b rw - ext4 /dev/sda2 rw');
    expect(one && two && probeKey(one) === probeKey(two)).toBe(true);
  });

  it('shows options as /proc/mounts does', () => {
    const [, mount] = table('30 20 0:40 / /a rw,relatime - nfs4 nas:/x ro,vers=4.2');
    expect(mount && optionText(mount)).toBe('ro,relatime,vers=4.2');
    const [, stopped] = table('30 20 8:2 / /a rw - ext4 /dev/sdb1 rw,emergency_ro');
    expect(stopped && isReadonly(stopped)).toBe(true);
  });
});
