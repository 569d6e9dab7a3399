import { describe, expect, it } from 'vitest';
import type { GuestConfig, VolumeMention } from '../model/guests/pve.ts';
import { parseQemuConfig } from './guest-config.ts';

const FILE = { vmid: 100, node: 'pve1', path: '/etc/pve/nodes/pve1/qemu-server/100.conf' };
const parse = (text: string): GuestConfig => parseQemuConfig(text, FILE);

const show = ({ section, snapshot, key, target }: VolumeMention): string => {
  const where = section === 'snapshot' ? `snapshot:${snapshot}` : section;
  return `${where} ${key} ${target.kind === 'path' ? target.path : `${target.storeid}:${target.volname}`}`;
};

const seen = (text: string, certainty: VolumeMention['certainty']): readonly string[] =>
  parse(text)
    .mentions.filter((mention) => mention.certainty === certainty)
    .map(show)
    .sort();

/** Texts with what PVE's own code takes from them: parse_vm_config and foreach_volid of qemu-server 9.2, run on each. */
const ANSWERS: readonly (readonly [text: string, volumes: readonly string[]])[] = [
  ['scsi0: local-lvm:vm-100-disk-0,size=4G', ['current scsi0 local-lvm:vm-100-disk-0']],
  ['scsi0:local-lvm:vm-100-disk-0', ['current scsi0 local-lvm:vm-100-disk-0']],
  ['scsi0:\tlocal-lvm:vm-100-disk-0 \t ', ['current scsi0 local-lvm:vm-100-disk-0']],
  ['scsi0: local-lvm:vm-100-disk-0,size=4G\r', ['current scsi0 local-lvm:vm-100-disk-0']],
  [' scsi0: local-lvm:vm-100-disk-0', []],
  ['scsi0 : local-lvm:vm-100-disk-0', []],
  ['SCSI0: local-lvm:vm-100-disk-0', []],
  ['scsi0= local-lvm:vm-100-disk-0', []],
  ['#scsi0: local-lvm:vm-100-disk-0', []],
  ['scsi0: ', []],
  ['scsi0:', []],
  ['scsi0: local-lvm:vm-100-disk-0\rx', []],
  ['ide0: a1:vm-100-disk-0', ['current ide0 a1:vm-100-disk-0']],
  ['ide3: a1:vm-100-disk-0', ['current ide3 a1:vm-100-disk-0']],
  ['ide4: a1:vm-100-disk-0', []],
  ['sata5: a1:vm-100-disk-0', ['current sata5 a1:vm-100-disk-0']],
  ['sata6: a1:vm-100-disk-0', []],
  ['scsi30: a1:vm-100-disk-0', ['current scsi30 a1:vm-100-disk-0']],
  ['scsi31: a1:vm-100-disk-0', []],
  ['scsi00: a1:vm-100-disk-0', []],
  ['virtio15: a1:vm-100-disk-0', ['current virtio15 a1:vm-100-disk-0']],
  ['virtio16: a1:vm-100-disk-0', []],
  ['efidisk0: a1:vm-100-disk-0,efitype=4m,pre-enrolled-keys=1,size=4M', ['current efidisk0 a1:vm-100-disk-0']],
  ['efidisk1: a1:vm-100-disk-0', []],
  ['tpmstate0: a1:vm-100-disk-0,size=4M,version=v2.0', ['current tpmstate0 a1:vm-100-disk-0']],
  ['tpmstate0: a1:vm-100-disk-0,version=v3.0', []],
  ['unused0: a1:vm-100-disk-0', ['current unused0 a1:vm-100-disk-0']],
  ['unused255: a1:vm-100-disk-0', ['current unused255 a1:vm-100-disk-0']],
  ['unused256: a1:vm-100-disk-0', []],
  ['unused0: /dev/pve/rawlv', []],
  ['unused0: a1:vm-100-disk-0,size=4G', []],
  ['vmstate: a1:vm-100-state-s1', ['current vmstate a1:vm-100-state-s1']],
  ['vmstate: /dev/pve/x', []],
  ['cdrom: a1:vm-100-cloudinit,media=cdrom', ['current ide2 a1:vm-100-cloudinit']],
  ['cdrom: none', []],
  ['nvme0: a1:vm-100-disk-0', []],
  ['mpath0: a1:vm-100-disk-0', []],
  ['rootfs: a1:vm-100-disk-0', []],
  ['mp0: a1:vm-100-disk-0,mp=/x', []],
  ['scsi0: file=a1:vm-100-disk-0', ['current scsi0 a1:vm-100-disk-0']],
  ['scsi0: volume=a1:vm-100-disk-0', ['current scsi0 a1:vm-100-disk-0']],
  ['scsi0: size=4G,volume=a1:vm-100-disk-0', ['current scsi0 a1:vm-100-disk-0']],
  ['scsi0: size=4G,a1:vm-100-disk-0,ssd=1', ['current scsi0 a1:vm-100-disk-0']],
  ['scsi0: a1:vm-100-disk-0,file=a1:vm-100-disk-1', []],
  ['scsi0: file=a1:vm-100-disk-0,a1:vm-100-disk-1', []],
  ['scsi0: volume=a1:vm-100-disk-0,file=a1:vm-100-disk-1', []],
  ['scsi0: file=0,a1:vm-100-disk-0', ['current scsi0 a1:vm-100-disk-0']],
  ['scsi0: a1:vm-100-disk-0,a1:vm-100-disk-1', []],
  ['scsi0: size=4G', []],
  ['scsi0: a1:vm-100-disk-0,,size=4G, ,', ['current scsi0 a1:vm-100-disk-0']],
  ['scsi0: a1:vm-100-disk-0, size=4G', []],
  ['scsi0: a1:vm-100-disk-0,size=', []],
  ['scsi0: a1:vm-100-disk-0,=4G', []],
  ['scsi0: a1:vm-100-disk-0,size=4G,size=4G', []],
  ['scsi0: a1:vm-100-disk-0,nosuchoption=1', []],
  ['scsi0: a1:vm-100-disk-0,Size=4G', []],
  ['scsi0: none', []],
  ['scsi0: cdrom', []],
  ['scsi0: foo.raw', []],
  ['scsi0: a1:', []],
  ['scsi0: x:vm-100-disk-0', []],
  ['scsi0: 1a:vm-100-disk-0', []],
  ['scsi0: a-:vm-100-disk-0', []],
  ['scsi0: A.b_c-1:vm-100-disk-0', ['current scsi0 A.b_c-1:vm-100-disk-0']],
  ['scsi0: a1:base-1-disk-0/vm-100-disk-0', ['current scsi0 a1:base-1-disk-0/vm-100-disk-0']],
  ['scsi0: a1:100/vm-100-disk-0.qcow2', ['current scsi0 a1:100/vm-100-disk-0.qcow2']],
  ['scsi0: a1:vm-100-my data', ['current scsi0 a1:vm-100-my data']],
  ['scsi0: a1: vm-100-disk-0', ['current scsi0 a1: vm-100-disk-0']],
  ['scsi0: a1:b1:vm-100-disk-0', ['current scsi0 a1:b1:vm-100-disk-0']],
  ['scsi0: /dev/pve/rawlv', ['current scsi0 /dev/pve/rawlv']],
  ['scsi0: /dev/mapper/pve-vm--100--disk--0,size=4G', ['current scsi0 /dev/mapper/pve-vm--100--disk--0']],
  ['scsi0: /dev/disk/by-id/dm-uuid-LVM-x', ['current scsi0 /dev/disk/by-id/dm-uuid-LVM-x']],
  ['scsi0: /', ['current scsi0 /']],
  ['scsi0: dev/pve/x', []],
  ['scsi0: a1:vm-205-disk-7', ['current scsi0 a1:vm-205-disk-7']],
  ['scsi0: a1:vm-100-disk-0,size=4', ['current scsi0 a1:vm-100-disk-0']],
  ['scsi0: a1:vm-100-disk-0,size=4.5G', ['current scsi0 a1:vm-100-disk-0']],
  ['scsi0: a1:vm-100-disk-0,size=4GiB', ['current scsi0 a1:vm-100-disk-0']],
  ['scsi0: a1:vm-100-disk-0,size=4g', []],
  ['scsi0: a1:vm-100-disk-0,size=0', ['current scsi0 a1:vm-100-disk-0']],
  [
    'scsi0: a1:vm-100-disk-0,cache=writeback,discard=on,iothread=1,ssd=on,backup=no,replicate=0,ro=yes',
    ['current scsi0 a1:vm-100-disk-0'],
  ],
  ['scsi0: a1:vm-100-disk-0,ssd=maybe', []],
  ['scsi0: a1:vm-100-disk-0,cache=fast', []],
  ['scsi0: a1:vm-100-disk-0,aio=io_uring,werror=enospc,rerror=stop', ['current scsi0 a1:vm-100-disk-0']],
  ['scsi0: a1:vm-100-disk-0,rerror=enospc', []],
  ['scsi0: a1:vm-100-disk-0,queues=1', []],
  ['scsi0: a1:vm-100-disk-0,queues=+4', ['current scsi0 a1:vm-100-disk-0']],
  ['scsi0: a1:vm-100-disk-0,product=MY DISK,vendor=ACME', ['current scsi0 a1:vm-100-disk-0']],
  ['scsi0: a1:vm-100-disk-0,product=01234567890123456', []],
  ['scsi0: a1:vm-100-disk-0,wwn=0x0123456789abcdef', ['current scsi0 a1:vm-100-disk-0']],
  ['scsi0: a1:vm-100-disk-0,wwn=0x0123', []],
  ['scsi0: a1:vm-100-disk-0,serial=ab%20cd', ['current scsi0 a1:vm-100-disk-0']],
  ['scsi0: a1:vm-100-disk-0,serial=ab cd', []],
  ['scsi0: a1:vm-100-disk-0,model=x', []],
  ['ide0: a1:vm-100-disk-0,model=x', ['current ide0 a1:vm-100-disk-0']],
  ['ide0: a1:vm-100-disk-0,iothread=1', []],
  ['sata0: a1:vm-100-disk-0,ro=1', []],
  ['virtio0: a1:vm-100-disk-0,ssd=1', []],
  ['virtio0: a1:vm-100-disk-0,iothread=1,ro=1', ['current virtio0 a1:vm-100-disk-0']],
  ['ide0: a1:vm-100-disk-0,cyls=100,heads=16,secs=63,trans=lba', []],
  ['virtio0: a1:vm-100-disk-0,mbps=2,mbps_rd=1', []],
  ['virtio0: a1:vm-100-disk-0,mbps=2,mbps_rd=0', ['current virtio0 a1:vm-100-disk-0']],
  ['virtio0: a1:vm-100-disk-0,iops=2,iops_wr=1', []],
  ['virtio0: a1:vm-100-disk-0,bps=1024,mbps=1', []],
  ['virtio0: a1:vm-100-disk-0,bps=1024,mbps_max=2', ['current virtio0 a1:vm-100-disk-0']],
  ['virtio0: a1:vm-100-disk-0,mbps_max=2', []],
  ['virtio0: a1:vm-100-disk-0,mbps=1,mbps_max=2,bps_max_length=3', ['current virtio0 a1:vm-100-disk-0']],
  ['virtio0: a1:vm-100-disk-0,iops_rd_length=3,iops_rd_max=2,iops_rd=1', ['current virtio0 a1:vm-100-disk-0']],
  ['virtio0: a1:vm-100-disk-0,iops_max_length=0', []],
  ['virtio0: a1:vm-100-disk-0,mbps=1e3', ['current virtio0 a1:vm-100-disk-0']],
  ['virtio0: a1:vm-100-disk-0,iops=1.5', []],
  ['ide2: a1:vm-100-cloudinit,media=cdrom', ['current ide2 a1:vm-100-cloudinit']],
  ['ide2: a1:iso/x.iso,media=cdrom,format=raw', []],
  ['ide2: a1:iso/x.iso,media=cdrom,snapshot=1', []],
  ['ide2: a1:iso/x.iso,media=cdrom,snapshot=0', ['current ide2 a1:iso/x.iso']],
  ['virtio0: a1:iso/x.iso,media=cdrom', []],
  ['scsi0: a1:vm-100-disk-0,media=floppy', []],
  ['scsi0: a1:vm-100-disk-0,format=qcow2', ['current scsi0 a1:vm-100-disk-0']],
  ['scsi0: a1:vm-100-disk-0,format=subvol', []],
  ['tpmstate0: a1:vm-100-disk-0,format=qed', []],
  ['efidisk0: a1:vm-100-disk-0,format=qed', ['current efidisk0 a1:vm-100-disk-0']],
  ['efidisk0: a1:vm-100-disk-0,media=disk', []],
  ['scsi0: a1:vm-100-disk-0\nscsi0: a1:vm-100-disk-1', ['current scsi0 a1:vm-100-disk-1']],
  ['cdrom: a1:vm-100-disk-0\nide2: a1:vm-100-disk-1', ['current ide2 a1:vm-100-disk-1']],
  ['scsi0: a1:vm-100-disk-0 snapstate: delete', []],
  ['xsnapstate:prepare', []],
  ['description: scsi0: a1:vm-100-disk-0', []],
  ['delete: scsi0', []],
  ['[PENDING]\nscsi0: a1:vm-100-disk-0', ['pending scsi0 a1:vm-100-disk-0']],
  ['[pending] \nscsi0: a1:vm-100-disk-0', ['pending scsi0 a1:vm-100-disk-0']],
  ['[pve:pending]\nscsi0: a1:vm-100-disk-0', []],
  ['[PENDING]\ndelete: scsi1\nscsi0: a1:vm-100-disk-0', ['pending scsi0 a1:vm-100-disk-0']],
  ['[PENDING]\nscsi0: a1:vm-100-disk-0\n[PENDING]\nscsi1: a1:vm-100-disk-1', ['pending scsi1 a1:vm-100-disk-1']],
  [
    '[before]\nscsi0: a1:vm-100-disk-0\nvmstate: a1:vm-100-state-before',
    ['snapshot:before scsi0 a1:vm-100-disk-0', 'snapshot:before vmstate a1:vm-100-state-before'],
  ],
  ['[before]\nscsi0: a1:vm-100-disk-0\n[before]\nscsi1: a1:vm-100-disk-1', ['snapshot:before scsi1 a1:vm-100-disk-1']],
  [
    '[Before]\nscsi0: a1:vm-100-disk-0\n[before]\nscsi0: a1:vm-100-disk-1',
    ['snapshot:Before scsi0 a1:vm-100-disk-0', 'snapshot:before scsi0 a1:vm-100-disk-1'],
  ],
  ['[x]\nscsi0: a1:vm-100-disk-0', []],
  ['[1st]\nscsi0: a1:vm-100-disk-0', []],
  ['[a b]\nscsi0: a1:vm-100-disk-0', []],
  ['[]\nscsi0: a1:vm-100-disk-0', []],
  ['[bad:x]\nscsi0: a1:vm-100-disk-0\n[ok]\nscsi0: a1:vm-100-disk-1', ['snapshot:ok scsi0 a1:vm-100-disk-1']],
  ['[before]x\nscsi0: a1:vm-100-disk-0', ['current scsi0 a1:vm-100-disk-0']],
  [' [before]\nscsi0: a1:vm-100-disk-0', ['current scsi0 a1:vm-100-disk-0']],
  ['[before]\r\nscsi0: a1:vm-100-disk-0\r', ['snapshot:before scsi0 a1:vm-100-disk-0']],
  ['[before]\n#scsi0: a1:vm-100-disk-0', []],
  ['[cloudinit]\nscsi0: a1:vm-100-disk-0', ['snapshot:cloudinit scsi0 a1:vm-100-disk-0']],
  ['[special:cloudinit]\nide2: a1:vm-100-cloudinit,media=cdrom', []],
  [
    '[special:fleecing]\nfleecing-images: a1:vm-100-fleece-0,a1:vm-100-fleece-1',
    ['fleecing fleecing-images a1:vm-100-fleece-0', 'fleecing fleecing-images a1:vm-100-fleece-1'],
  ],
  ['[SPECIAL:fleecing]\nfleecing-images: a1:vm-100-fleece-0', ['fleecing fleecing-images a1:vm-100-fleece-0']],
  ['[special:FLEECING]\nfleecing-images: a1:vm-100-fleece-0', []],
  [
    '[special:fleecing]\nfleecing-images: a1:vm-100-fleece-0;b1:vm-100-fleece-1 c1:x',
    [
      'fleecing fleecing-images a1:vm-100-fleece-0',
      'fleecing fleecing-images b1:vm-100-fleece-1',
      'fleecing fleecing-images c1:x',
    ],
  ],
  ['[special:fleecing]\nfleecing-images: a1:vm-100-fleece-0,nope', []],
  ['[special:fleecing]\nscsi0: a1:vm-100-disk-0', []],
  ['fleecing-images: a1:vm-100-fleece-0', []],
  ['[special:other]\nscsi0: a1:vm-100-disk-0', []],
];

/** PVE drops each of these lines, or did before it knew the option. */
const NAMED: readonly (readonly [text: string, volumes: readonly string[]])[] = [
  ['scsi0: a1:vm-100-disk-0,newopt=1', ['current scsi0 a1:vm-100-disk-0']],
  ['scsi0: a1:vm-100-disk-0,aio=newaio', ['current scsi0 a1:vm-100-disk-0']],
  ['scsi0: newopt=1,volume=a1:vm-100-disk-0,', ['current scsi0 a1:vm-100-disk-0']],
  [
    'scsi0: file=a1:vm-100-disk-0,a1:vm-100-disk-1',
    ['current scsi0 a1:vm-100-disk-0', 'current scsi0 a1:vm-100-disk-1'],
  ],
  ['virtio0: a1:vm-100-disk-0,mbps=2,mbps_rd=1', ['current virtio0 a1:vm-100-disk-0']],
  ['scsi99: a1:vm-100-disk-0', ['current scsi99 a1:vm-100-disk-0']],
  ['nvme0: a1:vm-100-disk-0', ['current nvme0 a1:vm-100-disk-0']],
  ['newkey: a1:vm-100-disk-0', ['current newkey a1:vm-100-disk-0']],
  ['newkey: /dev/pve/rawlv', ['current newkey /dev/pve/rawlv']],
  ['newkey: x=/dev/pve/rawlv', ['current newkey /dev/pve/rawlv']],
  [
    'fleecing-images: a1:vm-100-fleece-0 a1:vm-100-fleece-1',
    ['current fleecing-images a1:vm-100-fleece-0', 'current fleecing-images a1:vm-100-fleece-1'],
  ],
  ['scsi0: a1:x\nscsi0: a1:y,bad=1', ['current scsi0 a1:y']],
  ['[s1]\nnewkey: a1:x', ['snapshot:s1 newkey a1:x']],
  ['[special:fleecing]\nnewkey: a1:x', ['fleecing newkey a1:x']],
];

const UNREAD: readonly string[] = [
  ...[
    ' scsi0: a1:x',
    'scsi0 : a1:x',
    'SCSI0: a1:x',
    'scsi0= a1:x',
    '#scsi0: a1:x',
    'scsi0: ',
    'scsi0:',
    'delete: scsi0',
  ],
  ...['description: scsi0: a1:x', 'xsnapstate:prepare', 'scsi0: a1:x snapstate: delete', '[s1]\n#scsi0: a1:x'],
  ...[
    '[a b]\nscsi0: a1:x',
    '[special:other]\nscsi0: a1:x',
    '[special:cloudinit]\nide2: a1:x',
    'scsi0: none',
    'scsi0: size=4G',
  ],
];

describe('parseQemuConfig', () => {
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
    for (const [name] of text.matchAll(/vm-\d+-[a-z0-9-]+/g)) expect(known).toContain(name);
  });

  it.each([
    ['a comment', '#scsi8: local-lvm:vm-100-disk-8', ['current #scsi8 local-lvm:vm-100-disk-8']],
    ['an encoded comment', '#scsi8%3A local-lvm%3Avm-100-disk-8', ['current #scsi8 local-lvm:vm-100-disk-8']],
    ['a sentence', '# was on local-lvm:vm-100-disk-8, see', ['current comment local-lvm:vm-100-disk-8']],
    ['a description', 'description: local-lvm:vm-100-disk-8', ['current text local-lvm:vm-100-disk-8']],
    ['a line that cannot be read', ' scsi0: fast:vm-100-disk-0', ['current scsi0 fast:vm-100-disk-0']],
    ['a line taken for a state', 'scsi0: a1:x snapstate: delete', ['current scsi0 a1:x']],
    ['an earlier value', 'scsi0: a1:x\nscsi0: a1:y', ['current scsi0 a1:x']],
    ['a replaced section', '[s1]\nscsi0: a1:x\n[s1]\nscsi0: a1:y', ['snapshot:s1 scsi0 a1:x']],
    ['a skipped section', '[a b]\nscsi0: a1:x', ['skipped scsi0 a1:x']],
    ['[special:cloudinit]', '[special:cloudinit]\nide2: a1:x', ['cloudinit ide2 a1:x']],
  ])('keeps what %s names as "maybe"', (_, text, volumes) => {
    expect(seen(text, 'maybe')).toEqual(volumes);
  });

  it.each([
    ['serial0: san-vm--100--disk--0', ['vm-100-disk-0']],
    ['foo: x=san:vm-100-disk-0', ['vm-100-disk-0']],
    ['# vm-100-disk-0 of san', ['vm-100-disk-0']],
    ['#ide0: fast:vm-100-disk-0 was san-vm--100--disk--0', ['vm-100-disk-0']],
    ['#ide0: fast:vm-100-disk-0', []],
    ['tags: fast%3Avm-100-disk-0', ['vm-100-disk-0']],
  ])('keeps the names of %j, although another line says the same of one VG', (line, rawNames) => {
    expect(parse(`scsi0: fast:vm-100-disk-0,size=4G\n${line}`).rawNames).toEqual(rawNames);
  });

  it('reads a line of 50 000 names', () => {
    const names = Array.from({ length: 50_000 }, (_, disk) => `vm-100-disk-${disk}`);
    expect(parse(`foo: ${names.join(' ')}`).rawNames).toHaveLength(50_000);
  });

  it.each(['#see http://wiki/x: done', '# vlan: 3', 'net0: virtio=BC:24:11:00:00:01,bridge=vmbr0', '#a:b c:d'])(
    'makes no volume of %j',
    (text) => {
      expect(parse(text).mentions).toEqual([]);
      expect(parse(text).rawNames).toEqual([]);
    },
  );

  it.each([
    ['args: -drive file=/dev/pve/rawlv,if=virtio', ['current args /dev/pve/rawlv']],
    ['args: -blockdev {"driver":"host_device","filename":"/dev/pve/x"}', ['current args /dev/pve/x']],
    ['args: -hda /dev/pve/a -hdb file:///dev/pve/b', ['current args /dev/pve/a', 'current args /dev/pve/b']],
    ['args: -drive file=/srv/dev/pve/x', []],
    ['args: -drive file=/mnt/a/images/1/b.qcow2,if=none', ['current args /mnt/a/images/1/b.qcow2']],
    ['args: -cdrom /mnt/a/images/b.qcow2 -bios /usr/share/1/x.bin', []],
    ['hookscript: local:snippets/hook.pl', ['current hookscript local:snippets/hook.pl']],
    ['[s1]\nargs: -hda /dev/pve/a', ['snapshot:s1 args /dev/pve/a']],
  ])('takes from %j what PVE passes on', (text, volumes) => {
    expect(seen(text, 'certain')).toEqual(volumes);
  });

  it.each([
    ['name: web-1', 'web-1'],
    ['name: web_1', 'web_1'],
    ['name: a.b\nname: c', 'c'],
    ['[s1]\nname: old', ''],
    ['#name: x', ''],
  ])('reads the name of %j', (text, name) => {
    expect(parse(text).name).toBe(name);
  });

  it.each([
    ['lock: backup', 'backup'],
    ['lock: "backup"', 'backup'],
    ['lock: destroyed', 'destroyed'],
    ['lock: anything at all', 'anything at all'],
    ['[PENDING]\nlock: backup', ''],
    ['lock:\r', ''],
    ['lock: backup\r', 'backup'],
  ])('reads the lock of %j', (text, lock) => {
    expect(parse(text).lock).toBe(lock);
  });

  it.each([
    ['template: 1', true],
    ['template: yes', true],
    ['template: ON\r', true],
    ['template: 0', false],
    ['template: 2', false],
    ['[s1]\ntemplate: 1', false],
    ['', false],
  ])('tells from %j whether it is a template', (text, template) => {
    expect(parse(text).template).toBe(template);
  });

  it('names snapshots in the order of the file, each once', () => {
    expect(parse('[b]\n[b1]\n[a1]\n[PENDING]\n[b1]\n[special:cloudinit]\n').snapshots).toEqual(['b1', 'a1']);
  });

  it('says line by line what PVE cannot read, without the value', () => {
    const { problems } = parse('name: web\nscsi31: a1:x,new=1\ncipassword secret\n\n[no good]\n[s1]\n[s1]\n');
    expect(problems).toEqual([
      'line 3: PVE cannot read this line',
      'line 5: PVE skips this section: it is none that it knows',
      'line 7: a second section [s1]: PVE throws the earlier one away',
    ]);
  });

  it.each([
    ['name: web\nscsi0: san:vm-200-disk-\ufffd\n', 'line 2 holds bytes that are no UTF-8'],
    ['#K\ufffdche\nname: web\n', ''],
    ['description: K\ufffdche\nname: web\n', ''],
    ['name: web', ''],
    ['', ''],
    ['meta: creation-qemu=9.0.2\nboot: order=ide2;scsi0\nparent: gone\n', ''],
  ])('is told nothing of its wholeness by %j but where bytes are lost', (text, incomplete) => {
    expect(parse(text).incomplete).toBe(incomplete);
  });

  it('keeps where it was found, and nothing else of it', () => {
    const { vmid, type, node, path } = parseQemuConfig('', { ...FILE, extra: 1 } as typeof FILE);
    expect({ vmid, type, node, path }).toEqual({ ...FILE, type: 'qemu' });
    expect(parseQemuConfig('', { ...FILE, extra: 1 } as typeof FILE)).not.toHaveProperty('extra');
  });
});
