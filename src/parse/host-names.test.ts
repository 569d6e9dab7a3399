import { describe, expect, it } from 'vitest';
import { withoutSecrets } from '../host/secrets.ts';
import {
  crypttabDevices,
  drbdDevices,
  fstabDevices,
  lioDevices,
  type NamedDevices,
  tgtDevices,
  unitDevices,
} from './host-names.ts';

/** As the packages of Debian 12 install or write them, with devices of guests. */
const SAMPLES: readonly (readonly [string, (text: string) => NamedDevices, string, readonly string[]])[] = [
  [
    '/etc/fstab',
    fstabDevices,
    '# <file system> <mount point>\n/dev/pve/root / ext4 errors=remount-ro 0 1\nUUID="A0-B1" /boot/efi vfat defaults 0 1\n/dev/pve/swap none swap sw 0 0\nproc /proc proc defaults 0 0\n',
    ['2 /dev/pve/root', '3 UUID=A0-B1', '4 /dev/pve/swap'],
  ],
  [
    '/etc/crypttab',
    crypttabDevices,
    '# <target name> <source device> <key file> <options>\nsda3_crypt UUID=05-c1 none luks,discard\nswap /dev/pve/swap /dev/urandom swap\n',
    ['2 UUID=05-c1', '3 /dev/pve/swap', '3 /dev/urandom'],
  ],
  [
    '/etc/drbd.d/r0.res',
    drbdDevices,
    'resource r0 {\n  net { shared-secret "x"; }\n  disk { resync-rate 10M; }\n  on pve1 {\n    device /dev/drbd0;\n    disk "/dev/san/a"; # disk /dev/san/b;\n    flexible-meta-disk /dev/san/m[1];\n    address 10.0.0.1:7788;\n  }\n}\n',
    ['6 /dev/san/a', '7 /dev/san/m'],
  ],
  [
    '/etc/rtslib-fb-target/saveconfig.json',
    lioDevices,
    '{\n "storage_objects": [\n  {"dev": "/dev/san/a", "name": "a", "plugin": "block"},\n  {"dev": "/srv/b.img", "plugin": "fileio"}\n ],\n "targets": [{"tpgs": [{"node_acls": [{"chap_password": "x"}]}]}]\n}\n',
    ['null /dev/san/a', 'null /srv/b.img'],
  ],
  [
    '/etc/tgt/targets.conf',
    tgtDevices,
    '# backing-store /dev/no\n<target iqn.2026-11.x:a>\n  backing-store /dev/san/a\n  <direct-store /dev/san/b>\n    incominguser u pw\n  </direct-store>\n</target>\n',
    ['3 /dev/san/a', '4 /dev/san/b'],
  ],
  ['/etc/systemd/system/x.swap', unitDevices, '[Unit]\nDescription=x\n[Swap]\nWhat=/dev/san/s\n', ['4 /dev/san/s']],
];

const rows = ({ devices }: NamedDevices): readonly string[] => devices.map(({ line, text }) => `${line} ${text}`);

describe('devices that a file of the host names', () => {
  it.each(SAMPLES)('are read of %s', (_, read, text, expected) => {
    expect(rows(read(text))).toEqual(expected);
    expect(read(text).problem).toBeNull();
  });

  it.each(SAMPLES)('are the same in a capture of %s', (path, read, text) => {
    expect(rows(read(withoutSecrets(path, text)))).toEqual(rows(read(text)));
  });

  it('come with what the file includes', () => {
    expect(drbdDevices('include "drbd.d/*.res";\n#include "x";\n').includes).toEqual(['drbd.d/*.res']);
    expect(tgtDevices('include /etc/tgt/conf.d/*.conf\n').includes).toEqual(['/etc/tgt/conf.d/*.conf']);
    const recorded = withoutSecrets(
      '/etc/drbd.conf',
      'include "drbd.d/global_common.conf";\ninclude "drbd.d/*.res";\ninclude "/srv/x.res";\n',
    );
    expect(drbdDevices(recorded).includes).toEqual(['drbd.d/global_common.conf', 'drbd.d/*.res', '/srv/x.res']);
    expect(
      tgtDevices(withoutSecrets('/etc/tgt/targets.conf', 'include /etc/tgt/conf.d/*.conf\n')).includes,
    ).toHaveLength(1);
  });

  it('are not known of a text that is no JSON', () => {
    expect(lioDevices('{"dev": "/dev/x"').problem).toBe('it is no JSON');
  });
});
