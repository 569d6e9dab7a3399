import { describe, expect, it } from 'vitest';
import { container, host, nfs, nfsLine, table } from '../../test/checks/mount-examples.ts';
import { type HostContents, memoryHost } from '../host/memory-host.ts';
import type { CapturedProbe } from '../model/capture.ts';
import { probeKey } from '../model/mounts/mount-tree.ts';
import { DEFAULT_MOUNT_SETTINGS, type SeenMount } from '../model/mounts/mounts.ts';
import { absent, known } from '../model/reading.ts';
import { collectMountProbes } from './mount-probes.ts';

async function probesIn(mounts: readonly SeenMount[], contents: HostContents) {
  const sources = {
    mounts: known(host([])),
    containers: known({ containers: [container(101, mounts)], gaps: [] }),
    expected: absent('not looked at'),
  };
  const reading = await collectMountProbes(memoryHost(contents), sources, DEFAULT_MOUNT_SETTINGS);
  if (reading.state !== 'known') throw new Error('not collected');
  return reading.value;
}

const ANSWER = { stdout: '4096 1000 500 500 100 50 nfs\n' };
const UNREADABLE_NAME = '/m\uFFFD';

describe('collectMountProbes, in a container', () => {
  it('asks no mount whose name is not UTF-8: the path with the sign for it is another one', async () => {
    const mounts = table(nfsLine(UNREADABLE_NAME), nfsLine('/plain', '0:41'));
    const { statfs } = await probesIn(mounts, {
      files: { '/proc/1101/mountinfo': '70 20 0:40 \n71 20 0:41 \n' },
      probes: { [`statfs /proc/1101/root${UNREADABLE_NAME}`]: ANSWER, 'statfs /proc/1101/root/plain': ANSWER },
    });
    const stateOf = (target: string) => {
      const mount = mounts.find((one) => one.target === target);
      return mount && statfs.get(probeKey(mount));
    };
    expect(stateOf('/plain')).toMatchObject({ state: 'answered' });
    expect(stateOf(UNREADABLE_NAME)).toEqual({
      state: 'unknown',
      because: 'its line in the mount table is not UTF-8, so it cannot be asked',
    });
  });

  it('does not take a path that is too long for any call for one that fails', async () => {
    const [, mount] = table(nfsLine('/deep'));
    const stderr = "stat: cannot read file system information for '/proc/1101/root/deep': File name too long\n";
    const { statfs } = await probesIn(mount ? [mount] : [], {
      files: { '/proc/1101/mountinfo': '70 20 0:40 \n' },
      probes: { 'statfs /proc/1101/root/deep': { exitCode: 1, stderr } },
    });
    expect(mount && statfs.get(probeKey(mount))).toEqual({
      state: 'unknown',
      because: 'its path is too long to be asked',
    });
  });

  it('believes an fstab with a hundred remote file systems, and with more of them none', async () => {
    const fstabOf = async (lines: number) => {
      const stdout = Array.from({ length: lines }, (_, at) => `nas:/${at} /mnt/${at} nfs\n`).join('');
      const { fstabs } = await probesIn(table(), { probes: { 'read /proc/1101/root/etc/fstab': { stdout } } });
      return fstabs.get(101);
    };
    expect(await fstabOf(100)).toMatchObject({ state: 'known', value: { length: 100 } });
    expect(await fstabOf(101)).toMatchObject({
      state: 'unreadable',
      problem: { detail: 'more than 100 remote file systems stand in it' },
    });
  });

  it('does not take the beginning of an fstab for all of it', async () => {
    const stdout = `${'#'.repeat(65_535)}\n`;
    const { fstabs } = await probesIn(table(), { probes: { 'read /proc/1101/root/etc/fstab': { stdout } } });
    expect(fstabs.get(101)).toMatchObject({ state: 'unreadable', problem: { kind: 'truncated' } });
  });
});

const TABLE = '31 20 0:40 / /mnt/nas rw - nfs4 10.9.0.2:/a rw\n';

async function probe(target: string, answer: CapturedProbe) {
  const mounts = nfs(target).map((mount) =>
    mount.target === target ? { ...mount, mountId: 31, parentId: 20 } : mount,
  );
  const node = memoryHost({
    files: { '/proc/1/mountinfo': TABLE.replace('/mnt/nas', target) },
    probes: { [`statfs ${target}`]: answer },
  });
  const sources = { mounts: known({ mounts, addresses: [] }), containers: absent(''), expected: absent('') };
  const reading = await collectMountProbes(node, sources, DEFAULT_MOUNT_SETTINGS);
  return reading.state === 'known' ? [...reading.value.statfs.values()] : [];
}

describe('a probe of a mount', () => {
  it('has failed when stat says so', async () => {
    expect(await probe('/mnt/nas', { exitCode: 1, stderr: 'stat: cannot read: Stale file handle\n' })).toMatchObject([
      { state: 'failed', errorClass: 'ESTALE' },
    ]);
  });

  it('says nothing of the mount when it failed itself', async () => {
    expect(await probe('/mnt/nas', { exitCode: 127, stderr: 'something went wrong\n' })).toEqual([
      { state: 'unknown', because: 'the probe ended with exit status 127' },
    ]);
  });

  it('is not made where bytes of the path are lost: what it would ask is another path', async () => {
    const [answer] = await probe('/mnt/n\ufffds', { exitCode: 1, stderr: 'No such file or directory\n' });
    expect(answer).toMatchObject({ state: 'unknown' });
  });
});
