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
  DM040: kind('volume that the host holds open', 'volumes that the host holds open'),
  DM050: kind('volume group with autoactivation', 'volume groups with autoactivation'),
  LV001: kind('unused volume'),
  LV002: kind('VG on disks that LVM does not use', 'VGs on disks that LVM does not use'),
  LV003: kind('VG that no storage can mean', 'VGs that no storage can mean'),
  LV010: kind('thin pool that is nearly full', 'thin pools that are nearly full'),
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
  CL001: kind('guest that runs twice', 'guests that run twice'),
  CL002: kind('thin pool active twice', 'thin pools active twice'),
  CL003: kind('file system mounted twice', 'file systems mounted twice'),
  CL004: kind('shared VG without a lock', 'shared VGs without a lock'),
  CL005: kind('storage that is not the same everywhere', 'storages that are not the same everywhere'),
  CL006: kind('old copy of a VG', 'old copies of VGs'),
  CL007: kind('volume open twice', 'volumes open twice'),
  CL008: kind('VG with two locks', 'VGs with two locks'),
  CL009: kind('storage that some nodes lack', 'storages that some nodes lack'),
  CL010: kind('LUN that differs between nodes', 'LUNs that differ between nodes'),
  CL011: kind('storage mounted on some nodes only', 'storages mounted on some nodes only'),
  CL012: kind('clock that is apart', 'clocks that are apart'),
  CL013: kind('difference in the settings of LVM', 'differences in the settings of LVM'),
  CL014: kind('silent node'),
  NODE001: kind('unreadable cluster configuration'),
  NODE002: kind('failed command'),
};

export const kindOf = (code: string | undefined): Kind => FINDING_KINDS[code ?? ''] ?? kind('problem');
