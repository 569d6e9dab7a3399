import { describe, expect, it } from 'vitest';
import { given } from '../../test/checks/examples.ts';
import { host, nfs, probes, TIMEOUT } from '../../test/checks/mount-examples.ts';
import type { StuckProcess } from '../model/mounts/mounts.ts';
import { mnt006 as check } from './mnt006-stuck-process.ts';

const mnt006 = given(check);

const stuck = (pid: number, over: Partial<StuckProcess> = {}): StuckProcess => ({
  ...{ pid, command: 'vzdump', vmid: null, wchan: 'rpc_wait_bit_killable', targets: ['/mnt/pve/nas'] },
  ...over,
});

const examine = (...processes: readonly StuckProcess[]) =>
  mnt006.examine({ stuckProcesses: { processes, gaps: [] }, ...NODE }, {});

const mounts = nfs('/mnt/pve/nas');
const NODE = { mounts: host(mounts), mountProbes: probes(mounts, { '/mnt/pve/nas': TIMEOUT }) };

describe('MNT006', () => {
  it('names pid, command, guest and what each waits in, one finding for each mount', () => {
    const found = examine(stuck(10), stuck(11, { command: 'kvm', vmid: 100 }), stuck(12, { targets: ['/mnt/b'] }));
    expect(found.map(({ subject }) => subject.id)).toEqual(['/mnt/b', '/mnt/pve/nas']);
    expect(found[1]?.title).toBe('2 processes wait for /mnt/pve/nas in uninterruptible sleep');
    expect(found[1]?.evidence[0]?.fact).toBe(
      'processes: 10 vzdump, in rpc_wait_bit_killable, 11 kvm, guest 100, in rpc_wait_bit_killable',
    );
    expect(found[1]?.remedy.commands[0]?.argv.at(-1)).toBe('10,11');
  });

  it('counts those that name no mount apart, as long as a mount is dead', () => {
    const others = [stuck(11, { command: 'df', targets: [] }), stuck(12, { command: 'sync', targets: [] })];
    const found = examine(stuck(10), ...others);
    expect(found.map(({ title }) => title)).toEqual([
      '1 process waits for /mnt/pve/nas in uninterruptible sleep',
      '2 more processes wait in uninterruptible sleep, for which mount is not known',
    ]);
    expect(found[1]?.remedy.commands[0]?.argv.at(-1)).toBe('11,12');
    const healthy = { ...NODE, mountProbes: probes(mounts) };
    expect(mnt006.examine({ stuckProcesses: { processes: others, gaps: [] }, ...healthy }, {})).toEqual([]);
  });

  it('belongs to the guest when all of them do', () => {
    expect(examine(stuck(10, { vmid: 101 }))[0]?.vmid).toBe(101);
    expect(examine(stuck(10, { vmid: 101 }), stuck(11))[0]?.vmid).toBeNull();
  });

  it('says of which process it could not tell what it waits for', () => {
    expect(
      mnt006.unjudged?.({ stuckProcesses: { processes: [], gaps: ['process 10 (cp): …'] }, ...NODE }),
    ).toHaveLength(1);
  });

  it('is silent when nothing waits, and unknown when processes could not be read', () => {
    expect(examine()).toEqual([]);
    expect(check.needs).toContain('stuckProcesses');
  });
});
