import { describe, expect, it } from 'vitest';
import { table } from '../../test/checks/mount-examples.ts';
import { beneathOf, mountAt, mountOf, optionText, probeKey } from './mount-tree.ts';

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

  it('shows options as /proc/mounts does', () => {
    const [, mount] = table('30 20 0:40 / /a rw,relatime - nfs4 nas:/x ro,vers=4.2');
    expect(mount && optionText(mount)).toBe('ro,relatime,vers=4.2');
  });
});
