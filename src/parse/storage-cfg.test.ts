import { describe, expect, it } from 'vitest';
import type { Storage } from '../model/guests/pve.ts';
import { parseStorageCfg } from './storage-cfg.ts';

const show = ({ type, properties, shared, nodes }: Storage): string | null => {
  if (type === '') return null;
  const { shared: said, nodes: _, ...others } = properties;
  const isSaid = said !== undefined && type !== 'lvmthin';
  const rest = {
    ...others,
    ...(nodes ? { nodes: nodes.join(',') } : {}),
    ...(shared ? { shared: '1' } : isSaid ? { shared: said } : {}),
  };
  const content = (properties['content'] ?? '').split(',').sort().join(',');
  const entries = Object.entries({ ...rest, content }).sort(([a], [b]) => (a < b ? -1 : 1));
  return [type, ...entries.map(([key, value]) => `${key}=${value}`)].join(' ');
};

const FORCED_LOCAL = 'dir content=backup,images,iso,rootdir,snippets,vztmpl path=/var/lib/vz';

/**
 * Texts with what PVE's own code makes of them: Plugin.pm parse_config of libpve-storage-perl 9.1, run on each; of the
 * properties those that are kept here, with whatever value where it says nothing of volumes and mounts. null: an id without anything; `local` is left out where PVE puts its own in.
 */
const ANSWERS: readonly (readonly [text: string, storages: Readonly<Record<string, string | null>>])[] = [
  ['', {}],
  ['lvm: san\n\tvgname vg-1\n', { san: 'lvm content=images vgname=vg-1' }],
  ['lvm: san\n        vgname vg-1\n', { san: 'lvm content=images vgname=vg-1' }],
  ['lvm: san\nvgname vg-1\n', { san: null }],
  ['LVM: san\n\tvgname vg-1', { san: 'lvm content=images vgname=vg-1' }],
  ['lvm:san\n\tvgname vg-1', { san: 'lvm content=images vgname=vg-1' }],
  ['lvm:\tsan  \n\tvgname vg-1', { san: 'lvm content=images vgname=vg-1' }],
  ['lvm : san\n\tvgname vg-1', {}],
  ['lvm: san x\n\tvgname vg-1', {}],
  [' lvm: san\n\tvgname vg-1', {}],
  ['lvm:x: san\n\tvgname vg-1', {}],
  ['lvm: 1a\n\tvgname vg-1', {}],
  ['lvm: x\n\tvgname vg-1', {}],
  ['lvm: a-\n\tvgname vg-1', {}],
  ['lvm: San.a_b-1\n\tvgname vg-1', { 'San.a_b-1': 'lvm content=images vgname=vg-1' }],
  ['lvm: san\n\tvgname vg-1\n\tshared\n', { san: 'lvm content=images shared=1 vgname=vg-1' }],
  ['lvm: san\n\tvgname vg-1\n\tshared 1\n', { san: 'lvm content=images shared=1 vgname=vg-1' }],
  ['lvm: san\n\tvgname vg-1\n\tshared 0\n', { san: 'lvm content=images shared=0 vgname=vg-1' }],
  ['lvm: san\n\tvgname vg-1\n\tshared yes\n', { san: 'lvm content=images vgname=vg-1' }],
  ['lvm: san\n\tvgname vg-1\n\tdisable\n', { san: 'lvm content=images disable=1 vgname=vg-1' }],
  ['lvm: san\n\tvgname vg-1\n\tdisable 0\n', { san: 'lvm content=images disable=0 vgname=vg-1' }],
  ['lvm: san\n\tvgname vg-1\n\tdisable on\n', { san: 'lvm content=images vgname=vg-1' }],
  ['lvm: san\n\tvgname vg-1\n\tnodes pve1,pve2\n', { san: 'lvm content=images nodes=pve1,pve2 vgname=vg-1' }],
  ['lvm: san\n\tvgname vg-1\n\tnodes pve1 pve2;pve3\n', { san: 'lvm content=images nodes=pve1,pve2,pve3 vgname=vg-1' }],
  ['lvm: san\n\tvgname vg-1\n\tnodes -x\n', { san: 'lvm content=images nodes=-x vgname=vg-1' }],
  ['lvm: san\n\tvgname vg-1\n\tnodes ,\n', { san: 'lvm content=images nodes= vgname=vg-1' }],
  ['lvm: san\n\tvgname vg-1\n\tnodes\n', { san: 'lvm content=images vgname=vg-1' }],
  ['lvm: san\n\tvgname vg-1\n\tvgname vg-2\n', { san: 'lvm content=images vgname=vg-1' }],
  ['lvm: san\n\tvgname bad+name\n\tvgname vg-2\n', { san: 'lvm content=images vgname=vg-2' }],
  ['lvm: san\n\tvgname\n', { san: null }],
  ['lvm: san\n\tvgname x\n', { san: null }],
  ['lvm: san\n\tvgname vg 1\n', { san: null }],
  ['lvm: san\n', { san: null }],
  ['lvm: san\n\tthinpool data\n\tvgname vg-1\n', { san: 'lvm content=images thinpool=data vgname=vg-1' }],
  ['lvmthin: thin\n\tvgname vg-1\n', { thin: null }],
  [
    'lvmthin: thin\n\tthinpool data\n\tvgname vg-1\n\tshared 1\n',
    { thin: 'lvmthin content=images,rootdir thinpool=data vgname=vg-1' },
  ],
  ['lvm: san\n\tvgname vg-1\nlvm: second\n\tvgname vg-2\n', { san: 'lvm content=images vgname=vg-1' }],
  ['lvm: san\n\tvgname vg-1\n \nlvm: second\n\tvgname vg-2\n', { san: 'lvm content=images vgname=vg-1' }],
  ['lvm: san\n\tvgname vg-1\n\r\nlvm: second\n\tvgname vg-2\n', { san: 'lvm content=images vgname=vg-1' }],
  ['lvm: san\r\n\tvgname vg-1\r\n\r\nlvm: second\r\n\tvgname vg-2\r\n', { san: 'lvm content=images vgname=vg-1' }],
  [
    'lvm: san\n\tvgname vg-1\n0\nlvm: second\n\tvgname vg-2\n',
    { san: 'lvm content=images vgname=vg-1', second: 'lvm content=images vgname=vg-2' },
  ],
  ['lvm: san\n\tvgname vg-1\n#\nlvm: second\n\tvgname vg-2\n', { san: 'lvm content=images vgname=vg-1' }],
  ['lvm: san\n# note\n\tvgname vg-1\n\t# note\n\tshared 1\n', { san: 'lvm content=images shared=1 vgname=vg-1' }],
  ['lvm: san\n\tvgname vg-1 # x\n', { san: null }],
  ['\n\nlvm: san\n\n\tvgname vg-1\n', { san: null }],
  ['lvm: san\n\tvgname vg-1\n\nlvm: san\n\tvgname vg-2\n', { san: 'lvm content=images vgname=vg-2' }],
  ['lvm: san\n\tvgname vg-1\n\nlvm: san\n\tshared 1\n', { san: null }],
  ['lvm: san\n\tshared 1\n\nlvm: san\n\tvgname vg-1\n', { san: 'lvm content=images vgname=vg-1' }],
  ['lvm: san\n\tvgname vg-1\n\ndir: san\n\tpath /x\n', { san: 'dir content=images,rootdir path=/x' }],
  ['linstor: d1\n\tvgname vg-1\n', {}],
  ['linstor: d1\n\tvgname vg-1\n\nlvm: san\n\tvgname vg-2\n', { san: 'lvm content=images vgname=vg-2' }],
  ['lvm: san\n\tvgname vg-1\n\tcontent images,rootdir\n', { san: 'lvm content=images,rootdir vgname=vg-1' }],
  ['lvm: san\n\tvgname vg-1\n\tcontent rootdir,iso\n', { san: 'lvm content=iso,rootdir vgname=vg-1' }],
  ['lvm: san\n\tvgname vg-1\n\tcontent iso\n', { san: null }],
  ['lvm: san\n\tvgname vg-1\n\tcontent none\n', { san: null }],
  ['lvm: san\n\tvgname vg-1\n\tcontent bogus\n', { san: null }],
  ['lvm: san\n\tvgname vg-1\n\tcontent ,\n', { san: null }],
  ['lvm: san\n\tvgname vg-1\n\tcontent\n', { san: 'lvm content=images vgname=vg-1' }],
  ['dir: d1\n\tpath /x\n\tcontent none\n', { d1: 'dir content=none path=/x' }],
  ['dir: d1\n\tpath /x\n\tcontent none,images\n', { d1: null }],
  ['dir: local\n\tpath /var/lib/vz\n\tcontent iso,backup\n', { local: 'dir content=backup,iso path=/var/lib/vz' }],
  [
    'dir: local\n\tpath /var/lib/vz/\n\tnodes pve1\n\tdisable\n',
    { local: 'dir content=images,rootdir disable=1 path=/var/lib/vz' },
  ],
  ['dir: local\n\tpath /srv\n\tcontent iso\n', {}],
  ['lvm: local\n\tvgname vg-1\n', {}],
  ['dir: local\n', {}],
  ['dir: d1\n\tpath //srv/./x/\n', { d1: 'dir content=images,rootdir path=/srv/x' }],
  ['dir: d1\n\tpath /srv/a b\n', { d1: null }],
  ['dir: d1\n\tpath srv\n', { d1: null }],
  [
    'dir: d1\n\tpath /srv/../x\n\tis_mountpoint 1\n\tmkdir 0\n',
    { d1: 'dir content=images,rootdir is_mountpoint=1 path=/srv/../x' },
  ],
  ['dir: d1\n\tpath /x\n\tis_mountpoint\n', { d1: 'dir content=images,rootdir path=/x' }],
  [
    'dir: d1\n\tpath /x\n\tshared 1\n\tformat raw\n\tpreallocation off\n',
    { d1: 'dir content=images,rootdir path=/x shared=1' },
  ],
  ['btrfs: b1\n\tpath /b/\n\tformat qcow2\n', { b1: 'btrfs content=images,rootdir path=/b' }],
  ['btrfs: b1\n\tpath /b/\n\tformat subvol\n', { b1: 'btrfs content=images,rootdir path=/b' }],
  [
    'nfs: nas\n\tserver 10.0.0.1\n\texport /e\n',
    { nas: 'nfs content=images export=/e path=/mnt/pve/nas server=10.0.0.1 shared=1' },
  ],
  [
    'nfs: nas\n\tserver nas.example.com\n\texport /e\n\tpath /mnt/pve/other\n\toptions vers=4.2,soft\n',
    { nas: 'nfs content=images export=/e options=vers=4.2,soft path=/mnt/pve/other server=nas.example.com shared=1' },
  ],
  ['nfs: nas\n\tserver nas_1\n\texport /e\n', { nas: null }],
  ['nfs: nas\n\tserver fe80::1\n\texport e\n', { nas: null }],
  [
    'nfs: nas\n\tserver 10.0.0.1\n\texport /e\n\tshared 0\n',
    { nas: 'nfs content=images export=/e path=/mnt/pve/nas server=10.0.0.1 shared=1' },
  ],
  ['nfs: nas\n\tserver 0\n\texport /e\n', { nas: null }],
  [
    'cifs: win\n\tserver win\n\tshare My Share\n\tusername u\n\tsubdir /a\n',
    { win: 'cifs content=images path=/mnt/pve/win server=win share=My Share shared=1 subdir=/a username=u' },
  ],
  ['cifs: win\n\tserver win\n', { win: null }],
  ['cephfs: cfs\n', { cfs: 'cephfs content=backup path=/mnt/pve/cfs shared=1' }],
  [
    'cephfs: cfs\n\tmonhost 10.0.0.1 10.0.0.2\n\tfuse 1\n',
    { cfs: 'cephfs content=backup monhost=10.0.0.1 10.0.0.2 path=/mnt/pve/cfs shared=1' },
  ],
  ['rbd: ceph\n', { ceph: 'rbd content=images shared=1' }],
  [
    'rbd: ceph\n\tpool p\n\tkrbd 1\n\tmonhost a,b:6789\n',
    { ceph: 'rbd content=images monhost=a,b:6789 pool=p shared=1' },
  ],
  ['zfspool: z\n\tpool rpool/data\n\tsparse\n', {}],
  ['zfspool: z\n\tsparse\n', {}],
  [
    'zfs: zi\n\tportal p\n\ttarget t\n\tpool p\n\tblocksize 4k\n\tiscsiprovider LIO\n',
    { zi: 'zfs blocksize=4k content=images iscsiprovider=LIO pool=p portal=p shared=1 target=t' },
  ],
  [
    'zfs: zi\n\tportal p\n\ttarget t\n\tpool p\n\tblocksize 3k\n\tiscsiprovider LIO\n',
    { zi: 'zfs blocksize=3k content=images iscsiprovider=LIO pool=p portal=p shared=1 target=t' },
  ],
  [
    'iscsi: i1\n\tportal 10.0.0.1:3260\n\ttarget iqn.x\n',
    { i1: 'iscsi content=images portal=10.0.0.1:3260 shared=1 target=iqn.x' },
  ],
  [
    'iscsi: i1\n\tportal [::1]:3260\n\ttarget iqn.x\n\tcontent none\n',
    { i1: 'iscsi content=none portal=[::1]:3260 shared=1 target=iqn.x' },
  ],
  [
    'iscsi: i1\n\tportal ::1.3260\n\ttarget iqn.x\n',
    { i1: 'iscsi content=images portal=::1.3260 shared=1 target=iqn.x' },
  ],
  ['iscsi: i1\n\tportal a_b\n\ttarget iqn.x\n', { i1: 'iscsi content=images portal=a_b shared=1 target=iqn.x' }],
  [
    'iscsidirect: i1\n\tportal 10.0.0.1\n\ttarget iqn.x\n',
    { i1: 'iscsidirect content=images portal=10.0.0.1 shared=1 target=iqn.x' },
  ],
  [
    'pbs: backup\n\tserver pbs\n\tdatastore d\n\tport 8007\n\tprune-backups keep-all=1\n',
    { backup: 'pbs content=backup datastore=d server=pbs shared=1' },
  ],
  ['pbs: backup\n\tserver pbs\n', { backup: null }],
  ['esxi: vm\n\tserver h\n\tusername u\n', { vm: 'esxi content=import server=h username=u' }],
  ['esxi: vm\n\tserver h\n', { vm: null }],
  [
    'lvm: san\n\tvgname vg-1\n\tsaferemove 1\n\tsaferemove-stepsize 8\n\tbase i1:x\n\ttagged_only 1\n\tsnapshot-as-volume-chain 1\n\tbwlimit default=5\n',
    {
      san: 'lvm content=images vgname=vg-1',
    },
  ],
  ['lvm: san\n\tvgname vg-1\n\tsaferemove-stepsize 3\n\tbwlimit x=1\n', { san: 'lvm content=images vgname=vg-1' }],
  [
    'dir: d1\n\tpath /x\n\tprune-backups keep-last=3,keep-all=1\n\tmax-protected-backups +5\n',
    { d1: 'dir content=images,rootdir path=/x' },
  ],
  ['dir: d1\n\tpath /x\n\tcontent-dirs iso=a/b,backup=../x\n', { d1: 'dir content=images,rootdir path=/x' }],
  [
    'dir: d1\n\tpath /x\n\tcontent-dirs iso=a/b,backup=x.y\n',
    { d1: 'dir content=images,rootdir content-dirs=iso=a/b,backup=x.y path=/x' },
  ],
  ['lvm: san\n\ttype lvm\n\tvgname vg-1\n', { san: 'lvm content=images vgname=vg-1' }],
  ['lvm: san\n\ttype dir\n\tvgname vg-1\n', { san: 'lvm content=images vgname=vg-1' }],
];

const only = (text: string): Storage => {
  const storage = parseStorageCfg(text).storages.find(({ storeid }) => storeid !== 'local');
  if (!storage) throw new Error('no storage');
  return storage;
};

describe('parseStorageCfg', () => {
  it.each(ANSWERS)('makes of %j what PVE makes of it', (text, storages) => {
    const seen = new Map(parseStorageCfg(text).storages.map((storage) => [storage.storeid, show(storage)]));
    expect(Object.fromEntries(seen)).toEqual({ local: FORCED_LOCAL, ...storages });
  });

  it.each([
    ['lvm: san\n\tvgname v1\n', null],
    ['lvm: san\n\tvgname v1\n\tnodes b,a\n', ['b', 'a']],
    ['lvm: san\n\tvgname v1\n\tnodes ,\n', []],
  ])('tells from %j which nodes may use it', (text, nodes) => {
    expect(only(text).nodes).toEqual(nodes);
  });

  it.each([
    ['lvm: san\n\tvgname v1\n\tdisable\n', true],
    ['lvm: san\n\tvgname v1\n\tdisable 0\n', false],
    ['lvm: san\n\tvgname v1\n\tdisable yes\n', false],
  ])('tells from %j whether it is disabled', (text, disabled) => {
    expect(only(text).disabled).toBe(disabled);
  });

  it('knows glusterfs, which PVE 8 has', () => {
    const text = 'glusterfs: g1\n\tvolume v\n\tserver h\n\ttransport tcp\n';
    expect(show(only(text))).toBe('glusterfs content=images path=/mnt/pve/g1 server=h volume=v');
  });

  it('keeps no secret', () => {
    const text = 'cifs: win\n\tserver w\n\tshare s\n\tpassword hunter2\n\nrbd: r1\n\tkeyring hunter2\n';
    expect(JSON.stringify(parseStorageCfg(text))).not.toContain('hunter2');
  });

  it('names every VG of the text, of dropped sections and comments too', () => {
    const text = 'drbd: d1\n\tvgname dropped\n\n#lvm: x\n#\tvgname commented\nlvm: a1\n\tvgname v1\n\tvgname v2\n';
    expect(parseStorageCfg(text).mentionedVgs).toEqual(['dropped', 'commented', 'v1', 'v2']);
  });

  it.each([
    'dir: b1\n\tpath /mnt/b\n\tmaxfiles 3\n',
    'nfs: b1\n\tserver nas\n\texport /x\n\tmaxfiles 0\n',
    'pbs: b1\n\tserver nas\n\tdatastore d\n\tmaxfiles 1\n',
    'drbd: d1\n\tredundancy 2\n',
    'drbd: d1\n\tcontroller 10.0.0.9,10.0.0.8\n\tresourcegroup g\n\tpreferlocal yes\n\tstatuscache 60\n',
  ])('knows what releases up to 8, and LINBIT’s plugin, write: %j', (text) => {
    expect(parseStorageCfg(text).problems).toEqual([]);
  });

  it('says line by line what PVE ignores', () => {
    const text = 'lvm: san\n\tvgname v1\n\tnosuch 1\nlvm: two\n\tvgname v2\n\nlinstor: d1\n\nlvm: san\n';
    expect(parseStorageCfg(text).problems).toEqual([
      'line 4: PVE ignores this line in storage san',
      'line 7: storage d1 is of type "linstor", which is not one of Proxmox VE’s own: where its volumes are cannot be told',
      'line 9: storage san comes again, and the last one counts',
      'line 9: storage san is unusable, the required "vgname" is missing',
    ]);
  });
});
