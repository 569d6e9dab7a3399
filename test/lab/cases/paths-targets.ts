import { mkdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { lvmStorage, thinStorage } from '../node/cluster.ts';
import { pause, waitFor } from '../node/journal.ts';
import type { Lab, LabCase } from '../node/lab.ts';
import { statusOf, swappable, writeTo } from '../node/swappable.ts';

/** A resource of DRBD 8.4 whose other node was never there. A whole one needs two nodes. */
function standAloneDrbd(lab: Lab): void {
  lab.journal.run(['modprobe', 'drbd', 'minor_count=4']);
  const disk = lab.storage.disk('drbd', 32);
  lab.journal.run(['ip', 'addr', 'add', '10.9.1.1/32', 'dev', 'lo']);
  for (const directory of ['/var/lib/drbd', '/var/run/drbd']) mkdirSync(directory, { recursive: true });
  const on = (name: string, address: string) => `on ${name} { address ${address}:7788; }`;
  const resource = `device /dev/drbd0; disk ${disk}; meta-disk internal; ${on(hostname(), '10.9.1.1')} ${on('peer', '10.9.1.2')}`;
  writeFileSync('/etc/drbd.conf', `global { usage-count no; }\nresource r0 { ${resource} }\n`);
  lab.journal.run(['drbdadm', '--', '--force', 'create-md', 'r0']);
  lab.journal.run(['drbdadm', 'up', 'r0'], { mayFail: true });
  lab.journal.run(['drbdadm', 'primary', '--force', 'r0'], { mayFail: true });
  lab.journal.run(['cat', '/proc/drbd']);
}

export const labCase: LabCase = {
  about:
    'RAID, snapshot, thin pool, cache, write cache, integrity: first all of them whole, then a leg lost, the snapshot full, metadata and origins failing.',
  limitSeconds: 800,
  run(lab) {
    lab.cluster.start();
    const modules = ['dm_raid', 'raid1', 'dm_snapshot', 'dm_thin_pool', 'dm_cache', 'dm_cache_smq'];
    lab.journal.run(['modprobe', '-a', ...modules, 'dm_writecache', 'dm_integrity', 'dm_flakey']);
    lab.cluster.storage(lvmStorage('raid', 'vgr'), lvmStorage('thick', 'vgs'), thinStorage('thin', 'vgt', 'data'));
    const [leg0, leg1] = [swappable(lab, 'leg0', 64), swappable(lab, 'leg1', 64)];
    lab.journal.run(['vgcreate', '-y', '-qq', 'vgr', leg0.path, leg1.path]);
    const named = ['--setautoactivation', 'n'];
    lab.journal.run([
      'lvcreate',
      '-y',
      '-Wn',
      '-Zn',
      '--type',
      'raid1',
      '-m1',
      '-L',
      '16M',
      '-n',
      'vm-100-disk-0',
      'vgr',
    ]);
    lab.storage.autoactivation('vgr', 'vm-100-disk-0', 'n');
    lab.cluster.vm(100, 'name: on-raid\nscsi0: raid:vm-100-disk-0,size=16M');

    lab.storage.group('vgs', 128);
    lab.storage.thick('vgs', 'vm-101-disk-0', 32);
    lab.journal.run(['lvcreate', '-y', '-s', '-n', 'backup', '-L', '8M', 'vgs/vm-101-disk-0']);
    lab.cluster.vm(101, 'name: backed-up\nscsi0: thick:vm-101-disk-0,size=32M');

    const meta = swappable(lab, 'meta', 16);
    lab.storage.group('vgt', 128);
    lab.journal.run(['vgextend', '-y', 'vgt', meta.path]);
    lab.journal.run(['lvcreate', '-y', '-Wn', '-Zn', '-n', 'pmeta', '-L', '4M', 'vgt', meta.path]);
    lab.journal.run(['lvcreate', '-y', '-Wn', '-Zn', '-n', 'data', '-L', '32M', ...named, 'vgt']);
    const convert = ['--type', 'thin-pool', '--poolmetadata', 'vgt/pmeta', '-c', '64k', '--poolmetadataspare', 'n'];
    lab.journal.run(['lvconvert', '-y', ...convert, 'vgt/data']);
    lab.storage.thin('vgt', 'data', 'vm-102-disk-0', 64);
    lab.cluster.vm(102, 'name: thin\nscsi0: thin:vm-102-disk-0,size=64M');

    const fast = swappable(lab, 'fast', 32);
    const slow = swappable(lab, 'slow', 64);
    const cmeta = swappable(lab, 'cmeta', 8);
    const ssd = swappable(lab, 'ssd', 32);
    const hdd = swappable(lab, 'hdd', 64);
    const size = (path: string) => lab.journal.run(['blockdev', '--getsz', path]).stdout.trim();
    lab.dm.create([
      {
        name: 'cached',
        table: [`0 ${size(slow.path)} cache ${cmeta.path} ${fast.path} ${slow.path} 128 1 writeback smq 0`],
      },
      { name: 'written', table: [`0 ${size(hdd.path)} writecache s ${hdd.path} ${ssd.path} 4096 0`] },
    ]);
    const image = lab.storage.disk('integrity', 32);
    lab.journal.run(['integritysetup', 'format', '-q', '--integrity', 'crc32c', image]);
    lab.journal.run(['integritysetup', 'open', '--integrity', 'crc32c', image, 'checked']);
    writeTo(lab, '/dev/mapper/cached', 4);
    writeTo(lab, '/dev/mapper/written', 4);
    waitFor('the RAID volume is whole', () => / idle /.test(statusOf(lab, 'vgr-vm--100--disk--0')), 60_000);
    const entries = {
      'vgr-vm--100--disk--0': 'valid',
      'vgs-vm--101--disk--0': 'valid',
      'vgt-vm--102--disk--0': 'valid',
    } as const;
    lab.expectVerdict({ exit: 0, grade: 'A+', findings: [], entries }, 'whole');

    leg1.load('error');
    writeTo(lab, '/dev/vgr/vm-100-disk-0', 1);
    writeTo(lab, '/dev/vgs/vm-101-disk-0', 12);
    meta.load('flakey DISK 2048 0 600 1 error_writes');
    writeTo(lab, '/dev/vgt/vm-102-disk-0', 8);
    cmeta.load('flakey DISK 2048 0 600 1 error_writes');
    writeTo(lab, '/dev/mapper/cached', 8, 8);
    hdd.load('error');
    lab.journal.run(['dmsetup', 'message', 'written', '0', 'flush'], { mayFail: true, timeoutMs: 15_000 });
    lab.journal.run(['integritysetup', 'close', 'checked']);
    for (const at of [8, 12, 16, 20]) {
      const to = [`of=${image}`, 'bs=1M', 'count=1', `seek=${at}`, 'conv=notrunc,fsync', 'status=none'];
      lab.journal.run(['dd', 'if=/dev/urandom', ...to]);
    }
    lab.journal.run(['integritysetup', 'open', '--integrity', 'crc32c', image, 'checked']);
    lab.journal.run(['dd', 'if=/dev/mapper/checked', 'of=/dev/null', 'bs=1M', 'iflag=direct'], { mayFail: true });
    standAloneDrbd(lab);
    pause(1000);
    for (const name of ['vgr-vm--100--disk--0', 'vgs-backup', 'vgt-data-tpool', 'cached', 'written', 'checked'])
      statusOf(lab, name);
    lab.expectVerdict(
      {
        exit: 1,
        grade: 'C',
        findings: [
          'DM031 hdd warning',
          'DM031 leg1 warning',
          'DM032 meta warning',
          'LV011 vgr-vm--100--disk--0 warning',
          'LV017 vgr warning',
          'LV012 vgs-backup warning',
          'LV010 vgt/data warning',
          'DM032 cached warning',
          'DM032 written warning',
          'DM032 checked warning',
          'PATH008 drbd0 warning',
        ],
        entries,
      },
      'failing',
    );
    for (const device of [leg1, meta, cmeta, hdd]) device.load('linear');
  },
};
