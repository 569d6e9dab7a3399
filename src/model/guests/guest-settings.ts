/**
 * Keys and options of a guest's configuration (qemu-server src/PVE/QemuServer.pm, QemuServer/Drive.pm; pve-container
 * src/PVE/LXC/Config.pm) that a capture keeps with their value, where that is one that means the same on every node.
 */

export const DRIVE_KEY = /^(?:(?:ide|sata|scsi|virtio|efidisk|tpmstate|unused|nvme|mpath|mp|dev)\d*|rootfs|cdrom)$/;
export const VOLUME_KEY = /^(?:vmstate|hookscript)$/;

/** Settings of one word, or of several in a list. */
export const WORD_KEY =
  /^(?:vmstatestorage|name|hostname|template|lock|parent|snaptime|snapstate|delete|memory|balloon|cores|sockets|cpulimit|cpuunits|vcpus|numa|bios|arch|ostype|scsihw|bootdisk|onboot|protection|tags|unprivileged|cmode|swap|hotplug|kvm|acpi|tablet|freeze|localtime|runningmachine|machine)$/;

/** Settings of several words, each with a name. */
export const LIST_KEY =
  /^(?:boot|agent|startup|meta|smbios1|vmgenid|features|cpu|(?:net|ipconfig|numa|serial|usb|hostpci)\d+)$/;

export const OPTION =
  /^(?:size|media|cache|format|discard|ssd|iothread|backup|replicate|ro|shared|acl|quota|aio|detect_zeroes|[rw]error|queues|snapshot|scsiblock|efitype|pre-enrolled-keys|ms-cert|version|wwn|mode|uid|gid|deny-write|keepattrs|m?b?i?o?ps(?:_rd|_wr)?(?:_max)?(?:_length)?|order|up|down|ctime|creation-qemu|uuid|ip6?|gw6?|tag|firewall|mtu|rate|link_down|nesting|keyctl|fuse|enabled|fstrim_cloned_disks|freeze-fs-on-backup|legacy)$/;

const WORDS =
  'none|cdrom|disk|on|off|yes|no|true|false|writethrough|writeback|unsafe|directsync|ignore|report|stop|enospc|native|threads|io_uring|raw|qcow|qcow2|qed|vmdk|cloop|subvol|2m|4m|2011|2023|2023w|2023k|v1\\.2|v2\\.0|auto|manual|dhcp|virtio|veth|fstrim_cloned_disks|host|kvm64|any';
/** What may hold a guest (qemu-server src/PVE/QemuServer.pm `lock`, pve-container src/PVE/LXC/Config.pm `lock`), and `snapstate`. */
const LOCKS =
  'backup|clone|create|delete|destroyed|disk|fstrim|import|migrate|mounted|prepare|rollback|snapshot|snapshot-delete|suspended|suspending';
const UUID = `[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}`;
const NUMBER = String.raw`\d{1,20}(?:\.\d{1,6})?[KMGTPkmgtp]?`;
const ADDRESS = String.raw`(?:\d{1,3}(?:\.\d{1,3}){3}|(?=[^,]*:)[0-9a-fA-F:.]{2,39})(?:\/\d{1,3})?`;
const DEVICES = String.raw`(?:(?:ide|sata|scsi|virtio|net|usb|hostpci|mp|unused)\d{1,3})(?:;(?:ide|sata|scsi|virtio|net|usb|hostpci)\d{1,3})*`;

/** A value of an option. */
export const VALUE = new RegExp(
  `^(?:${WORDS}|${NUMBER}|${UUID}|${ADDRESS}|${DEVICES}|0x[0-9a-fA-F]{16}|\\d+(?:\\.\\d+){1,2})$`,
);

/** A value that says nothing of this guest. */
export const COMMON_VALUE = new RegExp(`^(?:${WORDS}|${LOCKS}|${DEVICES})$`);
