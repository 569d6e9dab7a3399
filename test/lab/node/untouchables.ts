import type { Lab } from './lab.ts';
import { deviceNumber } from './storage.ts';

const CRYPT_KEY = '0'.repeat(64);

/**
 * Entries that no repair may touch, named as badly as they can be: a multipath map and a crypt map that are called like a
 * guest's volume, a root and a swap volume, a thin pool's layers.
 */
export function untouchables(lab: Lab): { readonly expectUntouched: () => void } {
  const [a, b] = [lab.storage.disk('path-a', 32), lab.storage.disk('path-b', 32)].map(deviceNumber);
  lab.journal.run(['modprobe', '-a', 'dm_multipath', 'dm_crypt', 'dm_round_robin'], { mayFail: true });
  const mapped = [
    {
      name: 'mp-vm--777--disk--0',
      uuid: 'mpath-360000000000000000e00000000010001',
      table: [`0 16384 multipath 0 0 1 1 round-robin 0 2 1 ${a} 1 ${b} 1`],
    },
    {
      name: 'cr-vm--778--disk--0',
      uuid: 'CRYPT-PLAIN-cr-vm--778--disk--0',
      table: [`0 16384 crypt aes-cbc-essiv:sha256 ${CRYPT_KEY} 0 ${a} 20480`],
    },
  ];
  const names = mapped.flatMap((entry) => {
    const made = lab.journal.run(
      ['dmsetup', 'create', entry.name, '--uuid', entry.uuid, '--table', entry.table[0] ?? ''],
      { mayFail: true },
    );
    return made.status === 0 ? [entry.name] : [];
  });
  // A process of that name: the real one would take the map over, or away.
  lab.journal.run(['cp', '/bin/sleep', '/run/multipathd']);
  lab.journal.background(['/run/multipathd', '100000']);
  lab.expect('multipath and crypt maps could be made', names.length, mapped.length);
  lab.storage.group('sys', 256);
  for (const lv of ['root', 'swap']) lab.journal.run(['lvcreate', '-y', '-qq', '-L', '32M', '-n', lv, 'sys']);
  lab.journal.run(['mkfs.ext4', '-q', '-F', '/dev/sys/root']);
  lab.journal.run(['sh', '-c', 'mkdir -p /run/sysroot && mount /dev/sys/root /run/sysroot']);
  lab.journal.run(['mkswap', '/dev/sys/swap']);
  lab.journal.run(['swapon', '/dev/sys/swap'], { mayFail: true });
  lab.storage.thinPool('sys', 'pool', 32);
  const mine = [...names, 'sys-root', 'sys-swap', 'sys-pool', 'sys-pool-tpool', 'sys-pool_tdata', 'sys-pool_tmeta'];
  const state = () =>
    mine.filter((name) => lab.dm.names().includes(name)).map((name) => `${name} ${lab.dm.table(name)}`);
  const before = state();
  return { expectUntouched: () => lab.expect('maps of others are untouched', state(), before) };
}
