type Kind = readonly [one: string, many: string];

const kind = (one: string, many = `${one}s`): Kind => [one, many];

const DUPLICATE = kind('duplicate entry', 'duplicate entries');

/** What a finding is called where there is room for a word or two; a test holds one for every check. */
export const FINDING_KINDS: Readonly<Record<string, Kind>> = {
  DM001: DUPLICATE,
  DM002: DUPLICATE,
  DM010: kind('entry of a deleted guest', 'entries of deleted guests'),
  DM011: kind('active volume of a guest on another node', 'active volumes of guests on other nodes'),
  DM012: kind('active volume that no guest uses', 'active volumes that no guest uses'),
  DM013: kind('dead entry', 'dead entries'),
  DM020: kind('volume with an outdated table', 'volumes with an outdated table'),
  DM030: kind('suspended device'),
  DM031: kind('failed device'),
  DM032: kind('target in an error state', 'targets in an error state'),
  DM040: kind('volume that the host holds open', 'volumes that the host holds open'),
  DM050: kind('volume group with autoactivation', 'volume groups with autoactivation'),
  LV001: kind('unused volume'),
  LV002: kind('VG on disks that LVM does not use', 'VGs on disks that LVM does not use'),
  LV003: kind('VG that no storage can mean', 'VGs that no storage can mean'),
  LV010: kind('thin pool that is nearly full', 'thin pools that are nearly full'),
  LV011: kind('RAID volume that is not whole', 'RAID volumes that are not whole'),
  LV012: kind('snapshot that is full or lost', 'snapshots that are full or lost'),
  LV013: kind('physical volume of another size than its device', 'physical volumes of another size than their devices'),
  PATH001: kind('multipath map that lacks paths', 'multipath maps that lack paths'),
  PATH002: kind('multipath map over two LUNs', 'multipath maps over two LUNs'),
  PATH003: kind('LUN that is not used through one map', 'LUNs that are not used through one map'),
  PATH004: kind('multipath map of another size than its LUN', 'multipath maps of another size than their LUNs'),
  PATH005: kind('disk that does no I/O', 'disks that do no I/O'),
  PATH006: kind('iSCSI session that is down', 'iSCSI sessions that are down'),
  PATH007: kind('unused iSCSI session'),
  PATH008: kind('DRBD resource without two good copies', 'DRBD resources without two good copies'),
  PATH009: kind('multipathd that does not run', 'multipathd that does not run'),
  ID001: kind('VMID with leftovers', 'VMIDs with leftovers'),
  MNT001: kind('dead mount'),
  MNT002: kind('read-only mount'),
  MNT003: kind('missing mount'),
  MNT004: kind('mount with data beneath', 'mounts with data beneath'),
  MNT005: kind('full mount'),
  MNT006: kind('mount with stuck processes', 'mounts with stuck processes'),
  MNT010: kind('storage with a risky configuration', 'storages with a risky configuration'),
  CT001: kind('dead mount in a container', 'dead mounts in containers'),
  CT002: kind('read-only mount in a container', 'read-only mounts in containers'),
  CT003: kind('missing mount in a container', 'missing mounts in containers'),
  CT004: kind('container that sees a bare directory', 'containers that see a bare directory'),
  CT005: kind('full file system in a container', 'full file systems in containers'),
  NODE001: kind('unreadable cluster configuration'),
  NODE002: kind('failed command'),
};

export const kindOf = (code: string | undefined): Kind => FINDING_KINDS[code ?? ''] ?? kind('problem');
