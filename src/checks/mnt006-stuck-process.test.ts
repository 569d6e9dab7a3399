import { describe, expect, it } from 'vitest';
import type { StuckProcess } from '../model/mounts/mounts.ts';
import { mnt006 } from './mnt006-stuck-process.ts';

const stuck = (pid: number, over: Partial<StuckProcess> = {}): StuckProcess => ({
  ...{ pid, command: 'vzdump', vmid: null, wchan: 'rpc_wait_bit_killable', targets: ['/mnt/pve/nas'] },
  ...over,
});

const examine = (...processes: readonly StuckProcess[]) =>
  mnt006.examine({ stuckProcesses: { processes, gaps: [] } }, {});

describe('MNT006', () => {
  it('names pid, command, guest and what each waits in, one finding for each mount', () => {
    const found = examine(stuck(10), stuck(11, { command: 'kvm', vmid: 100 }), stuck(12, { targets: ['/mnt/b'] }));
    expect(found.map(({ subject }) => subject.id)).toEqual(['/mnt/b', '/mnt/pve/nas']);
    expect(found[1]?.title).toBe('2 processes wait for /mnt/pve/nas in uninterruptible sleep');
    expect(found[1]?.evidence[0]?.fact).toBe(
      'processes: 10 vzdump, in rpc_wait_bit_killable, 11 kvm, guest 100, in rpc_wait_bit_killable',
    );
    expect(found[1]?.remedy.commands[0]?.at(-1)).toBe('10,11');
  });

  it('belongs to the guest when all of them do', () => {
    expect(examine(stuck(10, { vmid: 101 }))[0]?.vmid).toBe(101);
    expect(examine(stuck(10, { vmid: 101 }), stuck(11))[0]?.vmid).toBeNull();
  });

  it('says of which process it could not tell what it waits for', () => {
    expect(mnt006.unjudged?.({ stuckProcesses: { processes: [], gaps: ['process 10 (cp): …'] } })).toHaveLength(1);
  });

  it('is silent when nothing waits, and unknown when processes could not be read', () => {
    expect(examine()).toEqual([]);
    expect(mnt006.needs).toEqual(['stuckProcesses']);
  });
});
