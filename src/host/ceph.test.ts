import { describe, expect, it } from 'vitest';
import { type CephPool, cephName, isImageName, whyNoPool } from '../model/volumes/ceph-questions.ts';
import { cephCommand } from './ceph.ts';

const own: CephPool = {
  ...{ storeid: 'ceph', pool: 'rbd', namespace: null, conf: '/etc/pve/ceph.conf', monitors: [], user: 'admin' },
  keyring: '/etc/pve/priv/ceph/ceph.keyring',
};
const words = (pool: CephPool, question: Parameters<typeof cephCommand>[0]['question']) =>
  cephCommand({ pool, question }).argv.join(' ');

describe('cephCommand', () => {
  it('asks in the order of Proxmox VE, with limits for a cluster that does not answer', () => {
    expect(words(own, { ask: 'images' })).toBe(
      'rbd -p rbd -c /etc/pve/ceph.conf --auth_supported cephx -n client.admin --keyring /etc/pve/priv/ceph/ceph.keyring ' +
        '--client-mount-timeout 5 --rados-osd-op-timeout 5 ls -l --format json',
    );
  });

  it('asks an external cluster by its monitors, and without a key where there is none', () => {
    const external = {
      ...own,
      namespace: 'one',
      conf: null,
      monitors: ['192.0.2.1:6789', '[2001:db8::1]'],
      keyring: null,
    };
    expect(words(external, { ask: 'watchers', imageId: '10ab' })).toBe(
      'rados -p rbd --namespace one -m 192.0.2.1:6789,[2001:db8::1] --auth_supported none -n client.admin ' +
        '--client-mount-timeout 5 --rados-osd-op-timeout 5 listwatchers rbd_header.10ab',
    );
  });

  it('is named by storage and question alone', () => {
    expect(cephName({ pool: own, question: { ask: 'trashed', imageId: '10ab' } })).toBe(
      'ceph rbd info --image-id 10ab',
    );
  });

  it('never changes anything', () => {
    const asked = (['names', 'images', 'trash'] as const).map((ask) => words(own, { ask }));
    const named = (['image', 'status', 'usage'] as const).map((ask) => words(own, { ask, image: 'vm-1-disk-0' }));
    expect([...asked, ...named].map((line) => line.split(' --rados-osd-op-timeout 5 ')[1])).toEqual([
      ...['ls --format json', 'ls -l --format json', 'listomapvals rbd_trash'],
      ...['info vm-1-disk-0 --format json', 'status vm-1-disk-0 --format json'],
      'du vm-1-disk-0 --format json',
    ]);
  });
});

describe('deadlines', () => {
  const commandOf = (question: Parameters<typeof cephCommand>[0]['question']) => cephCommand({ pool: own, question });

  it('end a count of objects however busy it is, and no list that is at work', () => {
    expect(commandOf({ ask: 'usage', image: 'vm-1-disk-0' })).toMatchObject({ deadlineMs: 5000 });
    expect(commandOf({ ask: 'usage', image: 'vm-1-disk-0' })).not.toHaveProperty('atWorkMs');
    expect(commandOf({ ask: 'images' })).toMatchObject({ deadlineMs: 12_000, atWorkMs: 60_000 });
  });
});

describe('whyNoPool', () => {
  it.each([
    ['a pool that is an option', { pool: '--help' }],
    ['a pool that means another one', { pool: 'a/b' }],
    ['a namespace with a line break', { namespace: 'a\nb' }],
    ['a user that is an option', { user: '-x' }],
    ['monitors that are options', { monitors: ['192.0.2.1', '-c/tmp/x'] }],
  ])('refuses %s', (_, over) => expect(whyNoPool({ ...own, ...over })).not.toBeNull());

  it('takes what storages have', () => {
    const monitors = ['192.0.2.1', '192.0.2.1:6789', '[2001:db8::1]:3300', 'mon1.example'];
    expect(whyNoPool({ ...own, pool: 'my.pool-1', namespace: 'a_b', user: 'pve.1', monitors })).toBeNull();
  });

  it.each(['-x', 'a/b', 'a@b', '', 'a b', 'a\0'])('gives no command the image %j', (name) =>
    expect(isImageName(name)).toBe(false),
  );
});
