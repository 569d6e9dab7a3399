import { describe, expect, it } from 'vitest';
import type { GuestConfig, VolumeMention } from '../model/guests/pve.ts';
import { parseLxcConfig } from './guest-config.ts';

const FILE = { vmid: 101, node: 'pve1', path: '/etc/pve/nodes/pve1/lxc/101.conf' };
const parse = (text: string): GuestConfig => parseLxcConfig(text, FILE);

const show = ({ section, snapshot, key, target }: VolumeMention): string => {
  const where = section === 'snapshot' ? `snapshot:${snapshot}` : section;
  if (key.startsWith('lxc.')) return `${where} ${key} raw`;
  return `${where} ${key} ${target.kind === 'path' ? target.path : `${target.storeid}:${target.volname}`}`;
};

const seen = (text: string, certainty: VolumeMention['certainty']): readonly string[] =>
  parse(text)
    .mentions.filter((mention) => mention.certainty === certainty)
    .map(show)
    .sort();

/**
 * Texts with what PVE's own code takes from them: parse_pct_config, foreach_volume_full and foreach_passthrough_device
 * of pve-container 6.1, run on each. `raw`: the line is passed on to LXC.
 */
const ANSWERS: readonly (readonly [text: string, volumes: readonly string[]])[] = [
  ['rootfs: local-lvm:vm-101-disk-0,size=8G', ['current rootfs local-lvm:vm-101-disk-0']],
  ['rootfs:local-lvm:vm-101-disk-0', ['current rootfs local-lvm:vm-101-disk-0']],
  ['rootfs: local-lvm:vm-101-disk-0\r', ['current rootfs local-lvm:vm-101-disk-0']],
  ['rootfs: volume=local-lvm:vm-101-disk-0', ['current rootfs local-lvm:vm-101-disk-0']],
  ['rootfs: size=8G,local-lvm:vm-101-disk-0', ['current rootfs local-lvm:vm-101-disk-0']],
  ['rootfs: local-lvm:vm-101-disk-0,file=x', []],
  ['rootfs: local-lvm:vm-101-disk-0,nosuch=1', []],
  ['rootfs: local-lvm:vm-101-disk-0,size=x', []],
  [
    'rootfs: local-lvm:vm-101-disk-0,acl=1,ro=0,quota=1,replicate=no,shared=1',
    ['current rootfs local-lvm:vm-101-disk-0'],
  ],
  ['rootfs: local-lvm:vm-101-disk-0,acl=2', []],
  ['rootfs: local-lvm:vm-101-disk-0,mountoptions=noatime;discard', ['current rootfs local-lvm:vm-101-disk-0']],
  ['rootfs: local-lvm:vm-101-disk-0,mountoptions=bogus', []],
  ['rootfs: local-lvm:vm-101-disk-0,idmap=u:0:0:1', ['current rootfs local-lvm:vm-101-disk-0']],
  ['rootfs: local-lvm:vm-101-disk-0,idmap=passthrough', ['current rootfs local-lvm:vm-101-disk-0']],
  ['rootfs: local-lvm:vm-101-disk-0,idmap=u:0', []],
  ['rootfs: local-lvm:vm-101-disk-0,mp=/', []],
  ['rootfs: local-lvm:vm-101-disk-0,backup=1', []],
  ['rootfs: /dev/pve/rawlv', ['current rootfs /dev/pve/rawlv']],
  ['rootfs: /srv/ct', ['current rootfs /srv/ct']],
  ['rootfs: /srv/../ct', []],
  ['rootfs: ../ct', []],
  ['rootfs: nothing', []],
  ['rootfs: ', []],
  ['rootfs: local-lvm:vm-101-disk-0,volume=a1:x', []],
  ['mp0: local-lvm:vm-101-disk-1,mp=/data,size=8G,backup=1', ['current mp0 local-lvm:vm-101-disk-1']],
  ['mp0: local-lvm:vm-101-disk-1', []],
  ['mp0: local-lvm:vm-101-disk-1,mp=/a/../b', []],
  ['mp0: local-lvm:vm-101-disk-1,mp=data', ['current mp0 local-lvm:vm-101-disk-1']],
  ['mp0: local-lvm:vm-101-disk-1,mp=/data,keepattrs=1', ['current mp0 local-lvm:vm-101-disk-1']],
  ['mp0: mp=/data,volume=local-lvm:vm-101-disk-1', ['current mp0 local-lvm:vm-101-disk-1']],
  ['mp255: local-lvm:vm-101-disk-1,mp=/x', ['current mp255 local-lvm:vm-101-disk-1']],
  ['mp256: local-lvm:vm-101-disk-1,mp=/x', []],
  ['mp00: local-lvm:vm-101-disk-1,mp=/x', []],
  ['mp: local-lvm:vm-101-disk-1,mp=/x', []],
  ['mp0: /dev/mapper/pve-data1,mp=/x', ['current mp0 /dev/mapper/pve-data1']],
  ['mp0: /mnt/pve/nas,mp=/x', ['current mp0 /mnt/pve/nas']],
  ['mp-0: a1:x,mp=/x', []],
  ['MP0: a1:x,mp=/x', []],
  ['mp0 : a1:x,mp=/x', []],
  [' mp0: a1:x,mp=/x', []],
  ['#mp0: a1:x,mp=/x', []],
  ['mp0: a1:vm-101-disk-1,mp=/x snapstate: prepare', []],
  ['unused0: local-lvm:vm-101-disk-2', ['current unused0 local-lvm:vm-101-disk-2']],
  ['unused0: /dev/pve/x', []],
  ['unused0: local-lvm:vm-101-disk-2,size=1G', []],
  ['unused256: local-lvm:vm-101-disk-2', ['current unused256 local-lvm:vm-101-disk-2']],
  ['unused0: nope', []],
  ['dev0: /dev/pve/rawlv', ['current dev0 /dev/pve/rawlv']],
  ['dev0: path=/dev/pve/rawlv,mode=0660,uid=1000,gid=0', ['current dev0 /dev/pve/rawlv']],
  ['dev0: /dev/pve/rawlv,mode=660', []],
  ['dev0: /dev/pve/rawlv,uid=-1', []],
  ['dev0: /dev/../x', []],
  ['dev0: a1:x', []],
  ['dev0: mode=0660', []],
  ['dev256: /dev/pve/rawlv', ['current dev256 /dev/pve/rawlv']],
  ['dev0: /dev/pve/rawlv,deny-write=1', ['current dev0 /dev/pve/rawlv']],
  ['scsi0: local-lvm:vm-101-disk-0', []],
  ['lxc.mount.entry: /dev/pve/rawlv mnt none bind 0 0', ['current lxc.mount.entry raw']],
  ['lxc.mount.entry = /dev/pve/rawlv mnt none bind', ['current lxc.mount.entry raw']],
  ['lxc.mount.entry=/dev/pve/rawlv mnt', ['current lxc.mount.entry raw']],
  ['lxc.mount.entry /dev/pve/rawlv', []],
  ['lxc.cgroup2.devices.allow: /dev/x', ['current lxc.cgroup2.devices.allow raw']],
  ['lxc.cgroup.devices.allow: /dev/x', ['current lxc.cgroup.devices.allow raw']],
  ['lxc.rootfs.path: /dev/pve/rawlv', []],
  ['lxc.rootfs.options: /dev/x', []],
  ['lxc.nosuch: /dev/x', []],
  ['lxc.prlimit.nofile: /dev/x', ['current lxc.prlimit.nofile raw']],
  ['lxc.net.0.type: /dev/x', ['current lxc.net.0.type raw']],
  ['lxc.hook.pre-start: /bin/x /dev/pve/rawlv', ['current lxc.hook.pre-start raw']],
  ['lxc.environment.runtime: A=/dev/pve/rawlv', []],
  ['lxc.id_map: /dev/x', ['current lxc.id_map raw']],
  ['Lxc.mount.entry: /dev/x', []],
  ['rootfs: a1:vm-101-disk-0\nrootfs: a1:vm-101-disk-1', ['current rootfs a1:vm-101-disk-1']],
  ['rootfs: a1:vm-101-disk-0\nrootfs: a1:vm-101-disk-1,bad=1', []],
  ['mp0: a1:vm-101-disk-1,mp=/x\nmp0: a1:vm-101-disk-2,mp=/y', ['current mp0 a1:vm-101-disk-2']],
  ['[pve:pending]\nmp0: a1:vm-101-disk-1,mp=/x', ['pending mp0 a1:vm-101-disk-1']],
  ['[PVE:Pending]\nmp0: a1:vm-101-disk-1,mp=/x', ['pending mp0 a1:vm-101-disk-1']],
  ['[PENDING]\nmp0: a1:vm-101-disk-1,mp=/x', ['snapshot:PENDING mp0 a1:vm-101-disk-1']],
  ['[pve:pending]\ndelete: mp1\nmp0: a1:vm-101-disk-1,mp=/x', ['pending mp0 a1:vm-101-disk-1']],
  ['[snap1]\nrootfs: a1:vm-101-disk-0', ['snapshot:snap1 rootfs a1:vm-101-disk-0']],
  ['[vzdump]\nrootfs: a1:vm-101-disk-0\nsnapstate: prepare', ['snapshot:vzdump rootfs a1:vm-101-disk-0']],
  ['[snap1]\nrootfs: a1:vm-101-disk-0\n[snap1]\nmp0: a1:vm-101-disk-1,mp=/x', ['snapshot:snap1 mp0 a1:vm-101-disk-1']],
  ['[bad:x]\nrootfs: a1:vm-101-disk-0', ['current rootfs a1:vm-101-disk-0']],
  [
    '[snap1]\nrootfs: a1:vm-101-disk-0\n[bad:x]\nmp0: a1:vm-101-disk-1,mp=/x',
    ['snapshot:snap1 mp0 a1:vm-101-disk-1', 'snapshot:snap1 rootfs a1:vm-101-disk-0'],
  ],
  ['[x]\nrootfs: a1:vm-101-disk-0', ['current rootfs a1:vm-101-disk-0']],
  ['[snap1]\nlxc.mount.entry: /dev/x\n[snap1]\nrootfs: a1:vm-101-disk-0', ['snapshot:snap1 rootfs a1:vm-101-disk-0']],
  ['[special:fleecing]\nfleecing-images: a1:x', []],
  ['[snap1]\r\nrootfs: a1:vm-101-disk-0\r', ['snapshot:snap1 rootfs a1:vm-101-disk-0']],
  ['[snap1]\nunused0: a1:vm-101-disk-2', ['snapshot:snap1 unused0 a1:vm-101-disk-2']],
];

/** PVE warns about each of these lines, or did before it knew the option. */
const NAMED: readonly (readonly [text: string, volumes: readonly string[]])[] = [
  ['rootfs: a1:vm-101-disk-0,newopt=1', ['current rootfs a1:vm-101-disk-0']],
  ['mp0: a1:vm-101-disk-1', ['current mp0 a1:vm-101-disk-1']],
  ['mp999: a1:vm-101-disk-1,mp=/x', ['current mp999 a1:vm-101-disk-1']],
  ['newkey: a1:vm-101-disk-1', ['current newkey a1:vm-101-disk-1']],
  ['scsi0: a1:vm-101-disk-1', ['current scsi0 a1:vm-101-disk-1']],
  ['dev0: mode=660,path=/dev/pve/rawlv', ['current dev0 /dev/pve/rawlv']],
  ['lxc.newkey: /dev/pve/rawlv', ['current lxc.newkey raw']],
  ['[pve:pending]\nnewkey: a1:x', ['pending newkey a1:x']],
];

const UNREAD: readonly string[] = [
  ...[' mp0: a1:x', 'mp0 : a1:x', 'MP0: a1:x', 'mp-0: a1:x', '#mp0: a1:x', 'rootfs: ', 'rootfs: nothing'],
  ...['mp0: a1:x snapstate: prepare', 'lxc.mount.entry /dev/x', 'lxc.environment.runtime: A=/dev/x', 'delete: mp0'],
];

describe('parseLxcConfig', () => {
  it.each(ANSWERS)('takes from %j all that PVE takes', (text, volumes) => {
    expect(seen(text, 'certain')).toEqual(expect.arrayContaining([...volumes]));
  });

  it.each(NAMED)('takes the volume of %j for named, whatever PVE makes of the rest of the line', (text, volumes) => {
    expect(seen(text, 'certain')).toEqual(volumes);
  });

  it.each(UNREAD)('is not certain of %j, which is no line of the form key: value', (text) => {
    expect(seen(text, 'certain')).toEqual([]);
  });

  it.each(ANSWERS)('loses no volume that %j names', (text) => {
    const { mentions, rawNames } = parse(text);
    const known = `${mentions.map(show).join('\n')}\n${rawNames.join('\n')}`;
    for (const [name] of text.matchAll(/vm-\d+-disk-\d+/g)) expect(known).toContain(name);
  });

  it.each([
    ['a comment', '#mp3: a1:vm-101-disk-3,mp=/x', ['current #mp3 a1:vm-101-disk-3']],
    ['an earlier value', 'rootfs: a1:x\nrootfs: a1:y', ['current rootfs a1:x']],
    ['a replaced section', '[s1]\nmp0: a1:x,mp=/x\n[s1]\n', ['snapshot:s1 mp0 a1:x']],
    ['a replaced raw line', '[s1]\nlxc.hook.mount: /dev/x\n[s1]\n', ['snapshot:s1 lxc.hook.mount raw']],
    ['a line that cannot be read', 'mp0 = a1:vm-101-disk-1,mp=/x', ['current text a1:vm-101-disk-1']],
  ])('keeps what %s names as "maybe"', (_, text, volumes) => {
    expect(seen(text, 'maybe')).toEqual(volumes);
  });

  it.each([
    ['lxc.mount.entry: /dev/pve/x mnt none bind 0 0', ['/dev/pve/x']],
    ['lxc.mount.entry: overlay m overlay lowerdir=/srv:/dev/pve/x', ['/dev/pve/x']],
    ['lxc.hook.pre-start: sh -c "mount /dev/pve/a; mount /dev/pve/b"', ['/dev/pve/a', '/dev/pve/b']],
    ['lxc.cgroup2.devices.allow: b 253:5 rwm', ['/dev/block/253:5']],
    ['lxc.cgroup.devices.allow = b 253:5 rw', ['/dev/block/253:5']],
    ['lxc.cgroup2.devices.allow: b 253:* rwm', []],
    ['lxc.cgroup2.devices.allow: c 10:200 rwm', []],
    ['lxc.cgroup2.devices.deny: b 253:5 rwm', []],
    ['lxc.mount.entry: /mnt/x mnt none bind 0 0', []],
  ])('takes from %j the devices that LXC is given', (text, paths) => {
    const targets = parse(text).mentions.map(({ target }) => target);
    expect(targets).toEqual(paths.map((path) => ({ kind: 'path', path })));
  });

  it.each([
    ['hostname: ct1', 'ct1'],
    ['hostname: a_b', 'a_b'],
    ['name: x', ''],
  ])('reads the name of %j, though PVE may object to it', (text, name) => {
    expect(parse(text).name).toBe(name);
  });

  it.each([
    ['template: 1', true],
    ['template: yes', true],
    ['template: 1x', true],
    ['template: 1.0', true],
    ['template: 01', true],
    ['template: 2', false],
    ['template: off', false],
    ['', false],
  ])('tells from %j whether it is a template', (text, template) => {
    expect(parse(text).template).toBe(template);
  });

  it.each([
    ['lock: backup', 'backup'],
    ['lock: "backup"', '"backup"'],
    ['[s1]\nlock: x', ''],
  ])('reads the lock of %j', (text, lock) => {
    expect(parse(text).lock).toBe(lock);
  });

  it('names snapshots in the order of the file, the backup snapshot too', () => {
    expect(parse('[s2]\n[vzdump]\n[PENDING]\n[pve:pending]\n').snapshots).toEqual(['s2', 'vzdump', 'PENDING']);
  });

  it('says line by line what PVE cannot read, without the value', () => {
    expect(parse('rootfs: a1:x,bad=1\nlxc.nosuch: secret\n[x:y]\n').problems).toEqual([
      'line 3: PVE cannot read this line',
    ]);
  });
});
