import { isTrue, splitList } from './perl-text.ts';
import { parsePropertyString, propertySchema, type ValueSchema } from './property-string.ts';
import {
  isConfigId,
  isLvmName,
  isMountOptions,
  isNodeName,
  isPortal,
  isServer,
  isStoragePath,
  isVolumeId,
  listOf,
} from './value-formats.ts';

/**
 * The values that each property of storage.cfg takes (pve-storage src/PVE/Storage/*.pm properties). A property whose
 * value does not fit is dropped; where it is a required one, the storage goes with it.
 */

const TEXT: ValueSchema = { type: 'string' };
const FLAG: ValueSchema = { type: 'boolean' };
const PATH: ValueSchema = { type: 'string', format: isStoragePath };
const LVM_NAME: ValueSchema = { type: 'string', format: isLvmName };
const SHORT_TEXT: ValueSchema = { type: 'string', maxLength: 256 };
const oneOf = (...values: readonly string[]): ValueSchema => ({ type: 'string', oneOf: values });

export const CONTENT_TYPES = ['images', 'rootdir', 'vztmpl', 'iso', 'backup', 'snippets', 'none', 'import'];

/** ZFSPoolPlugin.pm verify_zfs_blocksize: a power of two from 512 to 16M. */
function isBlockSize(text: string): boolean {
  const [, digits, unit = ''] = /^([1-9][0-9]*)([km])?$/i.exec(text) ?? [];
  if (digits === undefined) return false;
  const bytes = Number(digits) * (unit === '' ? 1 : unit.toLowerCase() === 'k' ? 1024 : 1024 * 1024);
  return bytes >= 512 && bytes <= 16 * 1024 * 1024 && Number.isInteger(Math.log2(bytes));
}

/** Plugin.pm verify_dir_override: a content type and a relative path without `..` that does not end in a dot. */
function isDirOverride(text: string): boolean {
  const [, content = '', path = ''] = /^([a-z]+)=(.+)$/s.exec(text) ?? [];
  if (!CONTENT_TYPES.includes(content) || path.includes('..') || path.endsWith('.')) return false;
  return path.length < 1023 && path.split('/').every((part) => part.length < 255);
}

const LIMIT: ValueSchema = { type: 'number', minimum: 0, optional: true };
const LIMITS = propertySchema({ default: LIMIT, restore: LIMIT, migration: LIMIT, clone: LIMIT, move: LIMIT });

const COUNT: ValueSchema = { type: 'integer', minimum: 0, optional: true };
const COUNTS = ['keep-last', 'keep-hourly', 'keep-daily', 'keep-weekly', 'keep-monthly', 'keep-yearly'];
const PRUNE = propertySchema({
  'keep-all': { type: 'boolean', optional: true },
  ...Object.fromEntries(COUNTS.map((key) => [key, COUNT])),
});

/** Plugin.pm validate_prune_backups: keep-all excludes all others. */
function isPruneBackups(text: string): boolean {
  const parsed = parsePropertyString(PRUNE, text);
  if (!parsed.accepted) return false;
  return !isTrue(parsed.values.get('keep-all')) || COUNTS.every((key) => !(Number(parsed.values.get(key)) > 0));
}

const PROPERTIES: Readonly<Record<string, ValueSchema>> = {
  allowtwoprimaries: TEXT,
  apica: TEXT,
  apicrt: TEXT,
  apikey: TEXT,
  base: { type: 'string', format: isVolumeId },
  blocksize: { type: 'string', format: isBlockSize },
  bwlimit: { type: 'string', format: (text) => parsePropertyString(LIMITS, text).accepted },
  comstar_hg: TEXT,
  comstar_tg: TEXT,
  content: { type: 'string', format: listOf((item) => CONTENT_TYPES.includes(item)) },
  'content-dirs': { type: 'string', format: listOf(isDirOverride) },
  controller: TEXT,
  controllervm: TEXT,
  'create-base-path': FLAG,
  'create-subdirs': FLAG,
  'data-pool': TEXT,
  datastore: TEXT,
  disable: FLAG,
  domain: SHORT_TEXT,
  'encryption-key': TEXT,
  exactsize: TEXT,
  export: PATH,
  fingerprint: { type: 'string', pattern: /^([A-Fa-f0-9]{2}:){31}[A-Fa-f0-9]{2}$/ },
  format: oneOf('raw', 'qcow2', 'subvol', 'vmdk'),
  'fs-name': { type: 'string', format: isConfigId },
  fuse: FLAG,
  is_mountpoint: TEXT,
  iscsiprovider: TEXT,
  keyring: TEXT,
  krbd: FLAG,
  lio_tpg: TEXT,
  'master-pubkey': TEXT,
  maxfiles: COUNT,
  'max-protected-backups': { type: 'integer', minimum: -1 },
  mkdir: FLAG,
  monhost: { type: 'string', format: listOf(isPortal) },
  mountpoint: PATH,
  namespace: TEXT,
  nocow: FLAG,
  nodes: { type: 'string', format: listOf(isNodeName) },
  nowritecache: FLAG,
  options: { type: 'string', format: isMountOptions },
  password: SHORT_TEXT,
  path: PATH,
  pool: TEXT,
  port: { type: 'integer', minimum: 1, maximum: 65535 },
  portal: { type: 'string', format: isPortal },
  preallocation: oneOf('off', 'metadata', 'falloc', 'full'),
  preferlocal: TEXT,
  'prune-backups': { type: 'string', format: isPruneBackups },
  redundancy: TEXT,
  resourcegroup: TEXT,
  saferemove: FLAG,
  'saferemove-stepsize': { type: 'integer', oneOf: ['1', '2', '4', '8', '16', '32'] },
  saferemove_throughput: TEXT,
  server: { type: 'string', format: isServer },
  server2: { type: 'string', format: isServer },
  share: TEXT,
  shared: FLAG,
  'skip-cert-verification': FLAG,
  smbversion: oneOf('default', '2.0', '2.1', '3', '3.0', '3.11'),
  'snapshot-as-volume-chain': FLAG,
  sparse: FLAG,
  statuscache: TEXT,
  subdir: PATH,
  tagged_only: FLAG,
  target: TEXT,
  thinpool: LVM_NAME,
  transport: oneOf('tcp', 'rdma', 'unix'),
  username: TEXT,
  vgname: LVM_NAME,
  volume: TEXT,
  'zfs-base-path': PATH,
};

export const STORAGE_PROPERTIES: ReadonlyMap<string, ValueSchema> = new Map(Object.entries(PROPERTIES));

/** Never kept, though some releases and plugins leave them in storage.cfg (Plugin.pm sensitive_properties). */
export const SECRET_PROPERTIES: ReadonlySet<string> = new Set([
  'password',
  'keyring',
  'encryption-key',
  'master-pubkey',
]);

/** Plugin.pm decode_value for `content`: null where the section is dropped for it. */
export function decodeContent(value: string, allowed: ReadonlySet<string>): string | null {
  const kept = [...new Set(splitList(value))].filter((content) => allowed.has(content));
  if (kept.includes('none') && kept.length > 1) return null;
  if (kept.length === 0 && !allowed.has('none')) return null;
  return kept.join(',');
}
