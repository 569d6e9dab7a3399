import { expect, it } from 'vitest';
import { parseFstab } from '../../parse/fstab.ts';
import { parseMountUnit } from '../../parse/mount-unit.ts';
import { parseMountinfo } from '../../parse/mountinfo.ts';
import { withoutMountSecrets } from './mount-secrets.ts';

const SECRET = 'hunter2';

it.each([
  `rw,username=joe,password=${SECRET},uid=0`,
  `https://joe:${SECRET}@nas/dav`,
  `curlftpfs#ftp://joe:${SECRET}@nas`,
  `joe:${SECRET}@nas:/srv`,
  `credentials=/root/${SECRET}`,
])('takes the secret out of %s', (text) => {
  expect(withoutMountSecrets(text)).not.toContain(SECRET);
});

it('leaves options and sources without a secret alone', () => {
  for (const text of ['rw,hard,addr=10.0.0.1', '//nas/share', 'nas:/export', 'user@nas:/srv'])
    expect(withoutMountSecrets(text)).toBe(text);
});

it('is applied to everything that a report could print of a mount', () => {
  const fstab = `//nas/share /mnt/a cifs rw,username=joe,password=${SECRET} 0 0\n`;
  const unit = `[Mount]\nWhat=//nas/share\nWhere=/mnt/a\nType=cifs\nOptions=rw,password=${SECRET}\n`;
  const mountinfo = `1 0 0:50 / /mnt/a rw - fuse.davfs https://joe:${SECRET}@nas/dav rw,password=${SECRET}\ngarbage ${SECRET}\n`;
  const read = [parseFstab(fstab, '/etc/fstab'), parseMountUnit(unit, 'a.mount', true), parseMountinfo(mountinfo)];
  expect(JSON.stringify(read)).not.toContain(SECRET);
});
