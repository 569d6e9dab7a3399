/**
 * Storage types, the properties that a section of each may hold, and what it may store (pve-storage
 * src/PVE/Storage/*Plugin.pm options and plugindata, as of libpve-storage-perl 9.1; `glusterfs` and `maxfiles` are of PVE 8
 * and older; `drbd` is of PVE 6, and of LINBIT's plugin, which took the name over: linstor-proxmox LINSTORPlugin.pm).
 * Plugins of other makers (/usr/share/perl5/PVE/Storage/Custom) are not here: where their volumes are is not known.
 */

export interface StorageType {
  /** Without these, PVE keeps the id and loses the rest. */
  readonly required: ReadonlySet<string>;
  readonly optional: ReadonlySet<string>;
  readonly content: ReadonlySet<string>;
  readonly defaultContent: string;
  /** Accepted values of `format`; another is ignored. */
  readonly formats: ReadonlySet<string>;
  /** Shared whatever the section says (Plugin.pm @SHARED_STORAGE). */
  readonly alwaysShared: boolean;
}

interface Row {
  readonly required: string;
  readonly optional: string;
  readonly content: string;
  readonly defaultContent: string;
  readonly formats?: string;
  readonly alwaysShared?: true;
}

const FILES = 'vztmpl iso backup snippets import';
const DIRECTORY =
  'nodes disable content prune-backups maxfiles max-protected-backups mkdir create-base-path create-subdirs format preallocation';

const ROWS: Readonly<Record<string, Row>> = {
  btrfs: {
    required: 'path',
    optional: `${DIRECTORY} shared is_mountpoint nocow`,
    content: `images rootdir ${FILES} none`,
    defaultContent: 'images,rootdir',
    formats: 'raw subvol',
  },
  cephfs: {
    required: 'path',
    optional:
      'nodes disable content prune-backups maxfiles max-protected-backups mkdir create-base-path create-subdirs format ' +
      'content-dirs monhost subdir options username fuse bwlimit keyring fs-name',
    content: FILES,
    defaultContent: 'backup',
    alwaysShared: true,
  },
  cifs: {
    required: 'path server share',
    optional:
      `${DIRECTORY} content-dirs subdir username password domain smbversion options bwlimit ` +
      'snapshot-as-volume-chain',
    content: `images rootdir ${FILES}`,
    defaultContent: 'images',
    formats: 'raw qcow2 vmdk',
    alwaysShared: true,
  },
  dir: {
    required: 'path',
    optional: `${DIRECTORY} content-dirs shared is_mountpoint bwlimit snapshot-as-volume-chain`,
    content: `images rootdir ${FILES} none`,
    defaultContent: 'images,rootdir',
    formats: 'raw qcow2 vmdk subvol',
  },
  drbd: {
    required: '',
    optional:
      'nodes disable content redundancy controller controllervm resourcegroup preferlocal exactsize allowtwoprimaries ' +
      'statuscache apicrt apikey apica bwlimit',
    content: 'images rootdir',
    defaultContent: 'images',
    alwaysShared: true,
  },
  esxi: {
    required: 'server username',
    optional: 'nodes disable content shared password skip-cert-verification port',
    content: 'import',
    defaultContent: 'import',
    formats: 'raw qcow2 vmdk',
  },
  glusterfs: {
    required: 'path volume',
    optional: `${DIRECTORY} server server2 transport bwlimit`,
    content: `images ${FILES}`,
    defaultContent: 'images',
    formats: 'raw qcow2 vmdk',
  },
  iscsi: {
    required: 'portal target',
    optional: 'nodes disable content bwlimit',
    content: 'images none',
    defaultContent: 'images',
    alwaysShared: true,
  },
  iscsidirect: {
    required: 'portal target',
    optional: 'nodes disable content bwlimit',
    content: 'images none',
    defaultContent: 'images',
    alwaysShared: true,
  },
  lvm: {
    required: 'vgname',
    optional:
      'nodes disable content shared saferemove saferemove-stepsize saferemove_throughput base tagged_only bwlimit ' +
      'snapshot-as-volume-chain',
    content: 'images rootdir',
    defaultContent: 'images',
  },
  lvmthin: {
    required: 'thinpool vgname',
    optional: 'nodes disable content bwlimit',
    content: 'images rootdir',
    defaultContent: 'images,rootdir',
  },
  nfs: {
    required: 'path server export',
    optional: `${DIRECTORY} content-dirs options bwlimit snapshot-as-volume-chain`,
    content: `images rootdir ${FILES}`,
    defaultContent: 'images',
    formats: 'raw qcow2 vmdk',
    alwaysShared: true,
  },
  pbs: {
    required: 'server datastore',
    optional:
      'nodes disable content prune-backups maxfiles max-protected-backups namespace port username password encryption-key ' +
      'master-pubkey fingerprint',
    content: 'backup none',
    defaultContent: 'backup',
    alwaysShared: true,
  },
  rbd: {
    required: '',
    optional: 'nodes disable content monhost pool data-pool namespace username krbd keyring bwlimit',
    content: 'images rootdir',
    defaultContent: 'images',
    alwaysShared: true,
  },
  zfs: {
    required: 'portal target pool blocksize iscsiprovider',
    optional: 'nodes disable content nowritecache sparse comstar_hg comstar_tg lio_tpg bwlimit zfs-base-path',
    content: 'images',
    defaultContent: 'images',
    alwaysShared: true,
  },
  zfspool: {
    required: 'pool',
    optional: 'nodes disable content blocksize sparse bwlimit mountpoint',
    content: 'images rootdir',
    defaultContent: 'images,rootdir',
  },
};

const wordSet = (words: string): ReadonlySet<string> => new Set(words.split(' ').filter((word) => word !== ''));

export const STORAGE_TYPES: ReadonlyMap<string, StorageType> = new Map(
  Object.entries(ROWS).map(([name, row]): [string, StorageType] => [
    name,
    {
      required: wordSet(row.required),
      optional: wordSet(row.optional),
      content: wordSet(row.content),
      defaultContent: row.defaultContent,
      formats: wordSet(row.formats ?? ''),
      alwaysShared: row.alwaysShared ?? false,
    },
  ]),
);
