import { describe, expect, it } from 'vitest';
import { nfs, host as tableOf } from '../../test/checks/mount-examples.ts';
import { memoryHost } from '../host/memory-host.ts';
import { known } from '../model/reading.ts';
import { collectStuckProcesses } from './stuck-processes.ts';

/** Process 7 in uninterruptible sleep, a child of `parent`. */
async function collect(stdout: string, parent = 1) {
  const stat = `7 (cp) D ${parent} 1 1 0 -1 4194560 1 1 0 0 1 1 0 0 20 0 1 0 4242 1 1\n`;
  const node = memoryHost({
    files: { '/proc/7/stat': stat },
    directories: { '/proc/7/fd': [] },
    links: { '/proc/7/cwd': '/root' },
    probes: { 'read /proc/7/cmdline': { stdout } },
  });
  const row = { command: 'cp', state: 'D', parentPid: parent, startTicks: 4242 };
  const sources = {
    processes: known({ byPid: new Map([[7, row]]) }),
    mounts: known(tableOf(nfs('/mnt/nas'))),
    containers: known({ containers: [], gaps: [] }),
  };
  const reading = await collectStuckProcesses(node, sources);
  return reading.state === 'known' ? reading.value : null;
}

describe('a process that does not move', () => {
  it('waits for the mount that its command line names', async () => {
    expect(await collect('cp\0/mnt/nas/a\0/tmp\0')).toMatchObject({ processes: [{ targets: ['/mnt/nas'] }], gaps: [] });
  });

  it('is counted where it names none; a thread of the kernel is not', async () => {
    expect(await collect('df\0')).toMatchObject({ processes: [{ pid: 7, targets: [] }], gaps: [] });
    expect(await collect('', 2)).toEqual({ processes: [], gaps: [] });
  });

  it.each(['', 'cp\0/mnt', 'cp\n', 'cp\0/m\ufffdt/nas\0'])(
    'is a gap when its command line is not whole (%j)',
    async (text) => {
      expect((await collect(text))?.gaps).toEqual(['process 7 (cp): what it waits for could not be read']);
    },
  );
});
