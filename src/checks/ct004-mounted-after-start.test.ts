import { describe, expect, it } from 'vitest';
import { container, containers, host, nfs, nfsLine, probes, TIMEOUT, table } from '../../test/checks/mount-examples.ts';
import type { SeenMount } from '../model/mounts/mounts.ts';
import { known, unreadable } from '../model/reading.ts';
import { ct004 } from './ct004-mounted-after-start.ts';

const binds = [{ key: 'mp0', source: '/mnt/late', target: '/data', readonly: false }];
const config = known({ binds, readonlyTargets: [], addresses: [] });

const examine = (node: readonly SeenMount[], inside: readonly SeenMount[], answers = {}) =>
  ct004.examine(
    { containers: containers(container(105, inside, { config })), mounts: host(node) },
    { mountProbes: known(probes(node, answers)) },
  );

describe('CT004', () => {
  it('reports the bare directory beneath what the node mounted later', () => {
    const [finding] = examine(nfs('/mnt/late'), table('70 20 8:1 /mnt/late /data rw - ext4 /dev/sda1 rw'));
    expect(finding).toMatchObject({ code: 'CT004', harm: 'operation', vmid: 105, certainty: 'certain' });
    expect(finding).toMatchObject({ subject: { kind: 'mount', id: '105:/data' }, repairAction: null });
    expect(finding?.remedy.text).toContain('Restart container 105;');
    expect(finding?.remedy.commands.flat()).not.toContain('pct');
    expect(finding?.title).toBe('/data in CT 105 (ct105) shows the bare directory instead of 10.9.0.2:/a');
    expect(finding?.evidence[1]?.fact).toBe('on the node /mnt/late is device 0:40, in the container /data is 8:1');
  });

  it('reports the former file system after the node has mounted it anew', () => {
    const former = table(nfsLine('/data', '0:40'));
    const rootless = nfs('/mnt/late', '0:41').filter(({ target }) => target !== '/');
    for (const node of [nfs('/mnt/late', '0:41'), rootless])
      expect(examine(node, former)[0]?.title).toContain('as it was mounted before');
  });

  it('is silent when both see the same, when nothing is mounted, and for a source that leads elsewhere by a link', () => {
    expect(examine(nfs('/mnt/late'), table(nfsLine('/data')))).toEqual([]);
    expect(examine(table(), table('70 20 8:1 /mnt/late /data rw - ext4 /dev/sda1 rw'))).toEqual([]);
    expect(examine(nfs('/mnt/late'), table('70 20 0:77 / /data rw - zfs tank/data rw'))).toEqual([]);
    expect(examine(table(), table('70 20 0:77 / /data rw - zfs tank/data rw'))).toEqual([]);
  });

  it('is silent where the container does not have the bind mount, and where the node has only its root there', () => {
    expect(examine(nfs('/mnt/late'), table())).toEqual([]);
    expect(examine(table(), table(nfsLine('/data')))).toEqual([]);
    expect(examine([], table(nfsLine('/data')))).toEqual([]);
    const rootOnNfs = nfs('/', '0:40').filter(({ devNo }) => devNo === '0:40');
    expect(examine(rootOnNfs, table(nfsLine('/data', '0:41')))).toEqual([]);
  });

  it('is silent where the container shows a share of another type, or the node a local disk', () => {
    expect(examine(nfs('/mnt/late'), table('70 20 0:77 / /data rw - cifs //10.9.0.3/b rw'))).toEqual([]);
    const disk = table('70 20 8:17 / /mnt/late rw - ext4 /dev/sdb1 rw');
    expect(examine(disk, table('70 20 8:33 / /data rw - ext4 /dev/sdc1 rw'))).toEqual([]);
    expect(examine(disk, table(nfsLine('/data')))).toEqual([]);
  });

  it('restarts no container for a mount that does not answer on the node either', () => {
    const bare = table('70 20 8:1 /mnt/late /data rw - ext4 /dev/sda1 rw');
    const [finding] = examine(nfs('/mnt/late'), bare, { '/mnt/late': TIMEOUT });
    expect(finding?.remedy.text).toContain('Restart container 105 when the mount answers on the node, not before');
    expect(finding?.remedy.text).toContain('when the mount answers on the node, not before');
  });

  it('is unknown where the configuration could not be read', () => {
    const hidden = unreadable({ kind: 'denied', source: 'x', detail: 'denied' });
    const facts = { containers: containers(container(105, table(), { config: hidden })), mounts: host(table()) };
    expect(ct004.examine(facts, { mountProbes: hidden })).toEqual([]);
    expect(ct004.unjudged?.(facts)).toEqual(['CT 105 (ct105): its configuration could not be read']);
    const gaps = ['container 106: its init process was not found'];
    expect(ct004.unjudged?.({ ...facts, containers: { containers: [], gaps } })).toEqual(gaps);
    const seen = containers(container(105, table(), { config }));
    expect(ct004.unjudged?.({ ...facts, containers: seen })).toEqual([]);
  });
});
