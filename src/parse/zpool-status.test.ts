import { describe, expect, it } from 'vitest';
import { parseZpoolStatus } from './zpool-status.ts';

/** In the forms of zpool-status(8) and of OpenZFS cmd/zpool/zpool_main.c. */
const TEXT = `  pool: rpool
 state: ONLINE
status: Some supported and requested features are not enabled on the pool.
	The pool can still be used, but some features are unavailable.
action: Enable all features using 'zpool upgrade'. Once this is done,
	the pool may no longer be accessible by software that does not support
	the features. See zpool-features(7) for details.
  scan: scrub repaired 0B in 00:01:05 with 0 errors on Sun Nov  8 00:25:06 2026
config:

	NAME                STATE     READ WRITE CKSUM
	rpool               ONLINE       0     0     0
	  mirror-0          ONLINE       0     0     0
	    /dev/sda3       ONLINE       0     0     0
	    /dev/sdb3       ONLINE       0     0 1.21K

errors: No known data errors

  pool: tank
 state: DEGRADED
status: One or more devices could not be used because the label is missing or
	invalid.  Sufficient replicas exist for the pool to continue
	functioning in a degraded state.
action: Replace the device using 'zpool replace'.
   see: https://openzfs.github.io/openzfs-docs/msg/ZFS-8000-4J
  scan: resilver in progress since Sun Nov 22 10:00:00 2026
	1.20G / 9.00G scanned at 100M/s, 600M / 9.00G issued at 50M/s
	600M resilvered, 6.51% done, 00:02:52 to go
config:

	NAME                       STATE     READ WRITE CKSUM
	tank                       DEGRADED     0     0     0
	  raidz1-0                 DEGRADED     0     0     0
	    /dev/sdc1              ONLINE       0     0     0
	    replacing-1            DEGRADED     0     0     0
	      4711471147114711     UNAVAIL      0     0     0  was /dev/sdd1
	      /dev/sde1            ONLINE       0     0     0  (resilvering)
	    /dev/sdf1              ONLINE       3     1     0
	logs	
	  /dev/nvme0n1p1           ONLINE       0     0     0
	cache
	  /dev/nvme0n1p2           ONLINE       0     0     0
	spares
	  /dev/sdg1                AVAIL   
	  /dev/sdi1                INUSE     currently in use
	  1234123412341234         UNAVAIL   was /dev/sdh1

errors: 3 data errors, use '-v' for a list
`;

describe('parseZpoolStatus', () => {
  const pools = parseZpoolStatus(TEXT);

  it('reads a pool that has all of its data, and what its devices count', () => {
    expect(pools?.get('rpool')).toMatchObject({ state: 'ONLINE', scan: '', scrubErrors: 0, dataErrors: '' });
    expect(pools?.get('rpool')?.devices.at(-1)).toEqual({
      ...{ name: '/dev/sdb3', state: 'ONLINE', use: 'data', read: '0', write: '0', checksum: '1.21K', note: '' },
      depth: 2,
    });
  });

  it('reads devices that are away, in all their uses, a resilver and lost data', () => {
    const tank = pools?.get('tank');
    expect(tank).toMatchObject({
      scan: 'resilver 6.51 %',
      scrubErrors: 0,
      dataErrors: "3 data errors, use '-v' for a list",
    });
    const told = tank?.devices.map(({ name, state, use, note }) => [name, state, use, note]);
    expect(told).toContainEqual(['4711471147114711', 'UNAVAIL', 'data', 'was /dev/sdd1']);
    expect(told).toContainEqual(['/dev/nvme0n1p1', 'ONLINE', 'logs', '']);
    expect(told).toContainEqual(['/dev/nvme0n1p2', 'ONLINE', 'cache', '']);
    expect(told).toContainEqual(['/dev/sdg1', 'AVAIL', 'spares', '']);
    expect(tank?.devices.find(({ name }) => name === '/dev/sdi1')).toMatchObject({
      read: '',
      note: 'currently in use',
    });
    expect(told).toContainEqual(['1234123412341234', 'UNAVAIL', 'spares', 'was /dev/sdh1']);
  });

  it('counts what a scrub could not repair', () => {
    const text = TEXT.replace('in 00:01:05 with 0 errors', 'in 1 days 00:01:05 with 2 errors');
    expect(parseZpoolStatus(text)?.get('rpool')?.scrubErrors).toBe(2);
  });

  it('is null where the text is cut anywhere, or is not what zpool prints', () => {
    for (let end = 0; end < TEXT.length; end += 7) {
      const cut = parseZpoolStatus(TEXT.slice(0, end));
      // What ends with the block of a pool is whole for that pool, and lacks the other.
      if (cut !== null) expect([...cut.keys()]).toEqual(['rpool']);
    }
    expect(parseZpoolStatus(TEXT.replace('	NAME  ', '	name  '))).toBeNull();
    expect(parseZpoolStatus('no pools available\n')).toEqual(new Map());
  });
});
