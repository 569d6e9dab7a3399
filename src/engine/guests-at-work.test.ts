import { describe, expect, it } from 'vitest';
import { readCapture, reportOf } from '../../test/capture-files.ts';
import type { Capture } from '../model/capture.ts';

const CAPTURE = readCapture('guests-at-work');
const REPLICATION = '/var/lib/pve-manager/pve-replication-state.json';

const found = async (capture: Capture): Promise<readonly string[]> =>
  (await reportOf(capture)).findings.map(({ code, vmid }) => `${code} ${vmid}`).toSorted();

/** The same node once these processes are gone. */
function without(...pids: readonly number[]): Capture {
  const isKept = ([path]: readonly [string, unknown]) => !pids.some((pid) => path.startsWith(`/proc/${pid}/`));
  const { files = {}, links = {}, directories = {} } = CAPTURE;
  const processes = directories['/proc'];
  return {
    ...CAPTURE,
    files: Object.fromEntries(Object.entries(files).filter(isKept)),
    links: Object.fromEntries(Object.entries(links).filter(isKept)),
    directories: {
      ...directories,
      ...(Array.isArray(processes) && { '/proc': processes.filter((name) => !pids.includes(Number(name))) }),
    },
  };
}

describe('guests that something works on', () => {
  it('are nobody’s fault while it lives', async () => expect(await found(CAPTURE)).toEqual([]));

  it.each([
    ['a snapshot', 4001, ['VOL004 105']],
    ['a backup', 4002, ['VOL004 100']],
    ['the deletion of a snapshot', 4003, ['VOL005 101']],
    ['replication, which has no lock', 4004, []],
  ])('are told once %s is dead', async (_, pid, codes) => expect(await found(without(pid))).toEqual(codes));

  it('are told once their replication failed', async () => {
    const failed = JSON.stringify({ 102: { 'local/pve2': { last_sync: 1795229100, fail_count: 1, error: 'x' } } });
    expect(await found({ ...CAPTURE, files: { ...CAPTURE.files, [REPLICATION]: [failed] } })).toEqual(['VOL006 102']);
  });
});
