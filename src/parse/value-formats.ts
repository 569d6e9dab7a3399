import { splitList } from './perl-text.ts';

/**
 * The named value formats of PVE's schemas that matter for volumes and storages, each as a predicate. Blanks are
 * spelled out where Perl's `\s` and `\S` are meant (see perl-text.ts).
 */

/** pve-storage src/PVE/Storage/Plugin.pm parse_volume_id, format `pve-volume-id`: at least two characters of storage. */
const VOLUME_ID = /^([a-z][a-z0-9\-_.]*[a-z0-9]):([^\n]+)$/i;

export interface VolumeId {
  readonly storeid: string;
  readonly volname: string;
}

export function parseVolumeId(text: string): VolumeId | null {
  const match = VOLUME_ID.exec(text);
  return match && { storeid: match[1] ?? '', volname: match[2] ?? '' };
}

export const isVolumeId = (text: string): boolean => VOLUME_ID.test(text);

/** pve-common src/PVE/JSONSchema.pm parse_id, parse_storage_id. */
export const isStorageId = (text: string): boolean => /^[a-z][a-z0-9\-_.]*[a-z0-9]$/i.test(text);

/** JSONSchema.pm pve_verify_node_name; also one label of a DNS name. */
export const isNodeName = (text: string): boolean => /^[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?$/.test(text);

export const isDnsName = (text: string): boolean => text.split('.').every(isNodeName);

const OCTET = '(?:25[0-5]|(?:2[0-4]|1[0-9]|[1-9])?[0-9])';
const IPV4 = new RegExp(`^(?:${OCTET}\\.){3}${OCTET}$`);

const isIpv6Groups = (groups: readonly string[]): boolean => groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group));

/** RFC 3986 IPv6address, as pve-common src/PVE/ParseUtils.pm $IPV6RE spells it. */
export function isIpv6(text: string): boolean {
  if (text.length > 45) return false;
  const tail = text.slice(text.lastIndexOf(':') + 1);
  const plain = IPV4.test(tail) ? `${text.slice(0, text.length - tail.length)}0:0` : text;
  const halves = plain.split('::');
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')));
  const count = groups.reduce((sum, half) => sum + half.length, 0);
  if (!groups.every(isIpv6Groups)) return false;
  return halves.length === 1 ? count === 8 : halves.length === 2 && count <= 7;
}

const isIp = (text: string): boolean => IPV4.test(text) || isIpv6(text);

/** Plugin.pm verify_server, which takes the name "0" for false. */
export const isServer = (text: string): boolean => text !== '0' && (isIp(text) || isDnsName(text));

/** pve-common src/PVE/Tools.pm parse_host_and_port. */
export function isPortal(text: string): boolean {
  if (/^[A-Za-z0-9\-.]+(:\d+)?$/.test(text)) return true;
  const bracketed = /^\[([^\]]+)\](:\d+)?$/.exec(text)?.[1];
  if (bracketed !== undefined) return /^[A-Za-z0-9\-.]+$/.test(bracketed) || isIpv6(bracketed);
  return isIpv6(text) || isIpv6(text.replace(/\.\d+$/, ''));
}

/** Plugin.pm parse_lvm_name: narrower than LVM, which also allows `+` and a single character. */
export const isLvmName = (text: string): boolean => /^[a-z0-9][a-z0-9\-_.]*[a-z0-9]$/i.test(text);

/** Plugin.pm verify_path. */
export const isStoragePath = (text: string): boolean => /^\/[^;()]/.test(text);

/** Plugin.pm verify_options. */
export const isMountOptions = (text: string): boolean => /^[^ \t\n\r\f\v]+$/.test(text);

export const isConfigId = (text: string): boolean => /^[a-z][a-z0-9_-]+$/i.test(text);

/** A `-list` format: empty lists are allowed (JSONSchema.pm check_format). */
export const listOf =
  (isItem: (text: string) => boolean) =>
  (text: string): boolean =>
    splitList(text).every(isItem);
