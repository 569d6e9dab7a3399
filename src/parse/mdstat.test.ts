import { expect, it } from 'vitest';
import { parseMdstat } from './mdstat.ts';

/** In the forms of the kernel's documentation and of md.c. */
const TEXT = `Personalities : [raid1] [raid6] [raid5] [raid4]
md1 : active raid1 sdb2[1](F) sda2[0]
      1046528 blocks super 1.2 [2/1] [U_]

md2 : active raid5 sdd1[3] sdc1[2] sdb1[1] sde1[4](S)
      2930013184 blocks super 1.2 level 5, 512k chunk, algorithm 2 [3/3] [UUU]
      [=>...................]  check =  7.0% (69/976) finish=100.0min speed=10K/sec
      bitmap: 0/8 pages [0KB], 65536KB chunk

md3 : active (auto-read-only) raid1 sdg1[0]
      1046528 blocks super 1.2 [2/1] [U_]
        resync=PENDING

md127 : inactive sdf1[0](S)
      1046528 blocks super 1.2

unused devices: <none>
`;

it('arrays with their members, what is missing and what goes on', () => {
  const { value, problems } = parseMdstat(TEXT);
  expect(problems).toEqual([]);
  expect(value).toMatchObject([
    { name: 'md1', active: true, level: 'raid1', wanted: 2, working: 1, progress: '' },
    { name: 'md2', level: 'raid5', wanted: 3, working: 3, progress: 'check = 7.0%' },
    { name: 'md3', readOnly: true, wanted: 2, working: 1, progress: 'resync=PENDING' },
    { name: 'md127', active: false, level: '', wanted: null, members: [{ name: 'sdf1', state: 'spare' }] },
  ]);
  expect(value[0]?.members).toEqual([
    { name: 'sdb2', state: 'failed' },
    { name: 'sda2', state: 'in use' },
  ]);
  expect(value[1]?.members.map(({ state }) => state)).toEqual(['in use', 'in use', 'in use', 'spare']);
});

it('a text that is cut is told', () => {
  expect(parseMdstat(TEXT.slice(0, 120)).problems).toHaveLength(1);
  expect(parseMdstat('').problems).toHaveLength(1);
  expect(parseMdstat(`${TEXT}garbage\n`).problems[0]).toContain('garbage');
});

it('the container of firmware, which is never active, and its array', () => {
  const text = `Personalities : [raid1]
md126 : active raid1 sda[1] sdb[0]
      976759808 blocks super external:/md127/0 [2/2] [UU]

md127 : inactive sdb[1](S) sda[0](S)
      5288 blocks super external:imsm

unused devices: <none>
`;
  expect(parseMdstat(text).value).toMatchObject([
    { name: 'md126', container: false, wanted: 2, working: 2 },
    { name: 'md127', container: true, active: false },
  ]);
});
