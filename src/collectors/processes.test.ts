import { describe, expect, it } from 'vitest';
import { type HostContents, memoryHost } from '../host/memory-host.ts';
import { collectProcesses } from './processes.ts';

const stat = (pid: number): string => `${pid} (sleep) S 1 1 1 0 -1 4194560 1 1 0 0 1 1 0 0 20 0 5 0 4242 1 1\n`;

const collect = (files: HostContents['files']) =>
  collectProcesses(memoryHost({ directories: { '/proc': ['1', '2', '3', 'meminfo'] }, files: { ...files } }));

describe('collectProcesses', () => {
  it('lists processes, without one that has ended meanwhile', async () => {
    const reading = await collect({ '/proc/1/stat': stat(1), '/proc/3/stat': stat(3) });
    expect(reading.state === 'known' && [...reading.value.byPid.keys()]).toEqual([1, 3]);
  });

  it('is unreadable where one of them could not be read: it may be the one that waits for a dead server', async () => {
    const late = { unreadable: 'timed-out', detail: 'no answer within 5 s' } as const;
    expect(await collect({ '/proc/1/stat': stat(1), '/proc/2/stat': late })).toMatchObject({
      state: 'unreadable',
      problem: { kind: 'timed-out', source: '/proc/2/stat' },
    });
  });
});
