import { parsePropertyString, propertySchema, type ValueSchema } from './property-string.ts';
import { isDevicePath, isDiskSize, isMountPointString, isVolumeId } from './value-formats.ts';

/**
 * Options of `rootfs`, `mpN`, `unusedN` and `devN` of a container (pve-container src/PVE/LXC/Config.pm $rootfs_desc,
 * $mp_desc, $unused_desc, $dev_desc, as of pve-container 6.1).
 */

type Options = Readonly<Record<string, ValueSchema>>;

const FLAG: ValueSchema = { type: 'boolean', optional: true };

const MOUNT_OPTION = '(?:discard|lazytime|noatime|nodev|noexec|nosuid)';
const IDMAP = '[ug]:[0-9]+:[0-9]+:[1-9][0-9]*';

const ROOTFS: Options = {
  volume: { type: 'string', defaultKey: true, format: isMountPointString },
  size: { type: 'string', optional: true, format: isDiskSize },
  mountoptions: { type: 'string', optional: true, pattern: new RegExp(`^${MOUNT_OPTION}(?:;${MOUNT_OPTION})*$`) },
  idmap: { type: 'string', optional: true, pattern: new RegExp(`^(?:passthrough|${IDMAP}(?:;${IDMAP})*)$`) },
  ...{ acl: FLAG, ro: FLAG, quota: FLAG, replicate: FLAG, shared: FLAG },
};

const MOUNT_POINT: Options = {
  ...{ ...ROOTFS, backup: FLAG, keepattrs: FLAG },
  mp: { type: 'string', format: isMountPointString },
};

const UNUSED: Options = { volume: { type: 'string', defaultKey: true, format: isVolumeId } };

const DEVICE: Options = {
  path: { type: 'string', optional: true, defaultKey: true, format: isDevicePath },
  mode: { type: 'string', optional: true, pattern: /^0[0-7]{3}$/ },
  uid: { type: 'integer', optional: true, minimum: 0 },
  gid: { type: 'integer', optional: true, minimum: 0 },
  'deny-write': FLAG,
};

const SCHEMAS = {
  rootfs: propertySchema(ROOTFS),
  mp: propertySchema(MOUNT_POINT),
  unused: propertySchema(UNUSED),
  dev: propertySchema(DEVICE),
};

const HIGHEST_INDEX = 255;

/**
 * The kind of a container's key that PVE iterates over, or null. `unusedN` and `devN` of any index (foreach_unused_volume,
 * foreach_passthrough_device go by the form of the key), `mpN` only where valid_volume_keys lists it.
 */
export function mountPointKind(key: string): 'rootfs' | 'mp' | 'unused' | 'dev' | null {
  if (key === 'rootfs') return 'rootfs';
  const [, kind, digits = ''] = /^(mp|unused|dev)(\d+)$/.exec(key) ?? [];
  if (kind === 'mp') return digits === String(Number(digits)) && Number(digits) <= HIGHEST_INDEX ? 'mp' : null;
  return kind === 'unused' || kind === 'dev' ? kind : null;
}

/** What the value stands for: a volume id, a device, a directory; or why PVE takes nothing from it. */
export function parseMountPoint(
  kind: 'rootfs' | 'mp' | 'unused' | 'dev',
  value: string,
): { readonly source: string } | { readonly because: string } {
  const parsed = parsePropertyString(SCHEMAS[kind], value);
  if (!parsed.accepted) return { because: parsed.because };
  const source = parsed.values.get(kind === 'dev' ? 'path' : 'volume');
  return source === undefined ? { because: 'no device is given' } : { source };
}
