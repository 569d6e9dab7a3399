import { expect, it } from 'vitest';
import { parseMdadmConf } from './mdadm-conf.ts';

it('arrays with the spares that they have', () => {
  const text = `# comment
MAILADDR root
ARRAY /dev/md/boot metadata=1.2
   spares=1 UUID=8d60b014:d02fd74c:616a31c2:59c4feab # by mdadm --detail --scan
array /dev/md1 spares=2
ARRAY <ignore> UUID=11111111:22222222:33333333:44444444
ARRAY /dev/md2 spares=1 spare-group=all
ARRAY /dev/md3 spares=many
`;
  expect(parseMdadmConf(text)).toEqual([
    { path: '/dev/md/boot', uuid: '8d60b014d02fd74c616a31c259c4feab', spares: 1 },
    { path: '/dev/md1', uuid: '', spares: 2 },
  ]);
  expect(parseMdadmConf('')).toEqual([]);
});
