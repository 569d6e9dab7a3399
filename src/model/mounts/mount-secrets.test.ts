import { describe, expect, it } from 'vitest';
import { parseFstab, parseMountUnit } from '../../parse/expected-mounts.ts';
import { parseMountinfo } from '../../parse/mountinfo.ts';
import {
  harmlessMessage,
  harmlessOptions,
  harmlessOptionText,
  harmlessSource,
  isIncomplete,
  REMOVED,
} from './mount-secrets.ts';

const SECRET = 'hunter2';

describe('the source of a mount', () => {
  it.each([
    [`https://joe:${SECRET}@nas/dav`, 'davfs', `https://${REMOVED}@nas/dav`],
    [`https://${SECRET}@nas:8443/dav`, 'fuse.davfs', `https://${REMOVED}@nas:8443/dav`],
    [`redis://:${SECRET}@[fd00::1]:6379/1`, 'fuse.juicefs', `redis://${REMOVED}@[fd00::1]:6379/1`],
    [`https://joe:a/${SECRET}@b,c d@nas/dav`, 'fuse', `https://${REMOVED}@nas/dav`],
    [`https://nas/dav?sig=${SECRET}`, 'fuse', `https://nas/dav?${REMOVED}`],
    [`https://nas/dav?${SECRET}#x`, 'fuse', `https://nas/dav?${REMOVED}`],
    [`curlftpfs#ftp://joe:${SECRET}@nas`, 'fuse', `curlftpfs#ftp://${REMOVED}@nas`],
    [`joe:${SECRET}@nas:/srv`, 'fuse.sshfs', `${REMOVED}@nas:/srv`],
    ['root@nas:/srv', 'fuse.sshfs', 'root@nas:/srv'],
    [`:s3,access_key_id=A,secret="x:${SECRET}":bucket`, 'fuse.rclone', `:s3:${REMOVED}`],
    [`remote,pass=${SECRET}:dir`, 'fuse.rclone', `${REMOVED}:${REMOVED}`],
    [`admin@b3.cephfs=/dir`, 'ceph', 'admin@b3.cephfs=/dir'],
    ['10.0.0.1:6789,10.0.0.2:6789:/', 'ceph', '10.0.0.1:6789,10.0.0.2:6789:/'],
    ['nas:/volume1/@backups', 'nfs4', 'nas:/volume1/@backups'],
    ['//nas/@share', 'cifs', '//nas/@share'],
    ['[fd00::1]:/srv', 'nfs4', '[fd00::1]:/srv'],
    [`/mnt/x,password=${SECRET}`, 'fuse.mergerfs', `/mnt/x,${REMOVED}`],
    ['pool/data@daily-1', 'zfs', 'pool/data@daily-1'],
    ['/dev/mapper/a=b', 'ext4', '/dev/mapper/a=b'],
    ['UUID=1234-5678', 'vfat', 'UUID=1234-5678'],
  ])('%s of %s is shown as %s', (source, fsType, shown) => {
    expect(harmlessSource(source, fsType)).toBe(shown);
    expect(harmlessSource(shown, fsType)).toBe(shown);
    expect(isIncomplete(shown)).toBe(source !== shown);
  });

  it('that was not UTF-8 is still seen to be lost', () => {
    expect(harmlessSource(`https://a\ufffd:${SECRET}@nas/`, 'fuse')).toContain('\ufffd');
    expect(harmlessOptions(['rw', `pass=\ufffd${SECRET}`]).join()).toContain('\ufffd');
  });
});

describe('the options of a mount', () => {
  it.each([
    ['rw,hard,vers=4.2,addr=10.0.0.1', 'rw,hard,vers=4.2,addr=10.0.0.1'],
    [`rw,username=joe,password=${SECRET},uid=0`, 'rw,uid=0,2-more-options'],
    [`rw,password=12345`, 'rw,1-more-option'],
    [`rw,password=a,${SECRET}`, 'rw,2-more-options'],
    [`rw,uid=${SECRET}`, 'rw,1-more-option'],
    [`ssh_command=sshpass -p ${SECRET} ssh,ro`, 'ro,1-more-option'],
    [`addr=${SECRET}`, '1-more-option'],
  ])('%s are shown as %s', (options, shown) => {
    expect(harmlessOptionText(options)).toBe(shown);
    expect(harmlessOptionText(shown)).toBe(shown);
    expect(isIncomplete(shown)).toBe(options !== shown);
  });
});

describe('a message', () => {
  it.each([
    `mount error: password=${SECRET}`,
    `cannot open https://joe:${SECRET}@nas/x: refused`,
    `sshpass -p ${SECRET} ssh nas`,
    `--token ${SECRET} is wrong`,
    `the password is ${SECRET}`,
    `password: "${SECRET}"`,
    `GET /x?sig=${SECRET}`,
    `https://a b${SECRET}@nas/`,
  ])('%s has no secret any more', (text) => {
    const shown = harmlessMessage(text);
    expect(shown).not.toContain(SECRET);
    expect(harmlessMessage(shown)).toBe(shown);
  });

  it.each([
    "stat: cannot read file system information for '/mnt/pve/nas': Permission denied",
    '  WARNING: Device for PV Abc123-def4 not found or rejected by a filter.',
    'Required key not available',
  ])('%s stays', (text) => {
    expect(harmlessMessage(text)).toBe(text);
  });
});

it('is applied to everything that a report could print of a mount', () => {
  const fstab = `//nas/share /mnt/a cifs rw,username=joe,password=${SECRET} 0 0\n`;
  const unit = `[Mount]\nWhat=//nas/share\nWhere=/mnt/a\nType=cifs\nOptions=rw,password=${SECRET}\n`;
  const mountinfo = `1 0 0:50 / /mnt/a rw - fuse.davfs https://joe:${SECRET}@nas/dav rw,password=${SECRET}\ngarbage ${SECRET}\n`;
  const read = [parseFstab(fstab, '/etc/fstab'), parseMountUnit(unit, 'a.mount', true), parseMountinfo(mountinfo)];
  expect(JSON.stringify(read)).not.toContain(SECRET);
});
