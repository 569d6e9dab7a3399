import { describe, expect, it } from 'vitest';
import { parseLxcConfig, parseQemuConfig } from '../parse/guest-config.ts';
import { redactGuestConfig } from './guest-config.ts';
import { tokenBook } from './token-book.ts';

const FILE = { vmid: 100, node: 'n', path: '/p' };

/** Why PVE drops a line, without the names in it. */
const reasons = (problems: readonly string[]) => problems.map((problem) => problem.replace(/"[^"]*"|\[[^\]]*\]/g, '…'));

interface Config {
  readonly mentions: readonly {
    readonly section: string;
    readonly certainty: string;
    readonly target: { readonly kind: string };
  }[];
  readonly rawNames: readonly string[];
  readonly problems: readonly string[];
  readonly template: boolean;
  readonly lock: string;
}

const shape = ({ mentions, rawNames, problems, template, lock }: Config) => ({
  mentions: mentions.map(({ section, certainty, target }) => `${section} ${certainty} ${target.kind}`),
  rawNames: rawNames.length,
  problems: reasons(problems),
  ...{ template, lock: lock !== '' },
});

const DROPPED = [
  'scsi0: nas:vm-100-data,nosuchoption=1',
  'scsi31: nas:vm-100-data',
  'nvme0: nas:vm-100-data',
  'scsi0: nas:vm-100-data,cache=fast',
  'scsi0: nas:vm-100-data,size=32X',
  'scsi0: nas:vm-100-data,wwn=0x12',
  `scsi0: nas:vm-100-data,serial=${'a-'.repeat(40)}`,
  'scsi0: nas:vm-100-data,serial=a b',
  'scsi0: nas:vm-100-data,product=12345678901234567',
  'virtio0: nas:vm-100-data,mbps=2,mbps_rd=1',
  'ide2: nas:vm-100-data,media=cdrom,format=raw',
  'unused0: /dev/nas/vm-100-data',
  'name: not_a_dns_name',
  'template: maybe',
  'vmstate: nothing',
  'hookscript: x',
  'scsi0 : nas:vm-100-data',
  ' scsi0: nas:vm-100-data',
  'Scsi0: nas:vm-100-data',
  'a1b: nas:vm-100-data',
  'scsi0: nas:vm-100-data\r',
  '[x]\nscsi0: nas:vm-100-data',
  '[1abc]\nscsi0: nas:vm-100-data',
  '[special:thing]\nscsi0: nas:vm-100-data\nfoo: http://x/y',
  '[before]\n[before]\nscsi0: nas:vm-100-data',
  'foosnapstate: prepare',
  'delete: scsi0',
];

const KEPT = [
  'scsi0: nas:vm-100-data,cache=writeback,aio=io_uring,discard=on,ssd=1,iothread=1,queues=4,replicate=no,size=1.5T',
  'scsi0: file=nas:vm-100-data,mbps_rd=1.5,iops_rd_max=100,iops_rd=50,bps_wr=1000,detect_zeroes=on,werror=enospc',
  'scsi0: nas:vm-100-data,serial=WD-ACME%20,wwn=0x5000c500a1b2c3d4,product=ACME disk,vendor=ACME',
  'ide0: nas:vm-100-data,model=ACME%20DISK,media=disk,rerror=stop,snapshot=off,backup=yes',
  'efidisk0: nas:vm-100-data,efitype=4m,pre-enrolled-keys=1,ms-cert=2023w,size=528K',
  'tpmstate0: nas:vm-100-data,size=4M,version=v2.0',
  'sata0: none,media=cdrom',
  'cdrom: local:iso/acme-setup.iso,media=cdrom',
  'ide2: nas:vm-100-cloudinit.qcow2,media=cdrom',
  `scsi0: /dev/disk/by-id/dm-uuid-LVM-${'aB3'.repeat(21)}c`,
  'scsi0: /dev/mapper/nas-vm--100--data',
  'scsi0: dir:100/vm-100-data.qcow2',
  'scsi0: nas:base-9000-data/vm-100-data',
  'vmstate: nas:vm-100-state-before_x',
  'args: -drive file=/dev/nas/vm-100-data,if=none -foo /dev/mapper/nas-vm--100--more',
  'name: web-1.acme.example',
  'template: yes',
  'lock: snapshot-delete',
  'description: disk vm-100-data on nas%3Avm-100-more',
  '#scsi8: nas:vm-100-data',
  '#see nas%3Avm-100-data (vm-100-more, nas-vm--100--third)',
  'tags: vm-100-data;acme',
  'serial0: /dev/nas/vm-100-data',
  '[PENDING]\nscsi1: nas:vm-100-data\ndelete: scsi0',
  '[special:fleecing]\nfleecing-images: nas:vm-100-fleece-0, nas:vm-100-fleece-1',
  '[special:cloudinit]\nscsi0: nas:vm-100-data',
  '[state]\nscsi0: nas:vm-100-data\nvmstate: nas:vm-100-state-state',
  'x-y_z7: nas:vm-100-data',
];

describe("a VM's line means the same when it is redacted", () => {
  it.each([...DROPPED, ...KEPT])('%j', (line) => {
    const redacted = redactGuestConfig(tokenBook(line), line);
    expect(redacted).not.toMatch(/acme|nas\b|data|before/i);
    expect(shape(parseQemuConfig(redacted, FILE))).toEqual(shape(parseQemuConfig(line, FILE)));
  });
});

describe("a container's line means the same when it is redacted", () => {
  it.each([
    ...DROPPED,
    ...KEPT,
    'rootfs: nas:vm-100-data,size=8G,acl=1,mountoptions=noatime;nodev,idmap=u:0:100000:65536',
    'mp0: /srv/acme,mp=/data,ro=1,backup=0',
    'mp0: nas:vm-100-data,mp=/../data',
    'mp300: nas:vm-100-data,mp=/data',
    'mp0: nas:vm-100-data',
    'dev0: /dev/nas/vm-100-data,mode=0660,uid=1000,deny-write=1',
    'dev0: acme',
    'lxc.mount.entry: /dev/nas/vm-100-data dev/data none bind,create=file 0 0',
    'lxc.cgroup2.devices.allow: b 253:5 rwm',
    'lxc.acme.thing: /dev/nas/vm-100-data',
    'lxc.net.0.name = acme0',
    '[pve:pending]\nmp0: nas:vm-100-data,mp=/data',
    '[bad:x]\nmp0: nas:vm-100-data,mp=/data',
    'unused0: nas:vm-100-data',
  ])('%j', (line) => {
    const redacted = redactGuestConfig(tokenBook(line), line);
    expect(redacted).not.toMatch(/acme(?!\.)|nas\b|\bdata\b/i);
    expect(shape(parseLxcConfig(redacted, FILE))).toEqual(shape(parseLxcConfig(line, FILE)));
  });
});
