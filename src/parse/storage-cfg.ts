import type { Storage, StorageConfig } from '../model/guests/pve.ts';
import { mayNameSecret } from '../model/mounts/mount-secrets.ts';
import { isTrue, shorten, splitList, trimBlanks, wordLength } from './perl-text.ts';

/**
 * /etc/pve/storage.cfg as PVE reads its sections: pve-common src/PVE/SectionConfig.pm parse_config; pve-storage
 * src/PVE/Storage/Plugin.pm parse_section_header, parse_config. Of the properties only those are kept that say where volumes
 * and files are: which others there are, and which values they take, is the installed PVE's knowledge.
 */

interface StorageType {
  /** Without these, PVE keeps the id and loses the rest. */
  readonly required: readonly string[];
  readonly defaultContent: string;
  /** Shared whatever the section says (Plugin.pm @SHARED_STORAGE). */
  readonly alwaysShared: boolean;
}

const type = (required: string, defaultContent: string, alwaysShared = false): StorageType => ({
  required: splitList(required),
  defaultContent,
  alwaysShared,
});

/**
 * pve-storage src/PVE/Storage/*Plugin.pm options and plugindata, as of libpve-storage-perl 9.1; `glusterfs` is of PVE 8 and
 * older, `drbd` of PVE 6, and of LINBIT's plugin. Plugins of other makers (/usr/share/perl5/PVE/Storage/Custom) are not here:
 * where their volumes are is not known.
 */
export const STORAGE_TYPES: ReadonlyMap<string, StorageType> = new Map([
  ['btrfs', type('path', 'images,rootdir')],
  ['cephfs', type('path', 'backup', true)],
  ['cifs', type('path server share', 'images', true)],
  ['dir', type('path', 'images,rootdir')],
  ['drbd', type('', 'images', true)],
  ['esxi', type('server username', 'import')],
  ['glusterfs', type('path volume', 'images')],
  ['iscsi', type('portal target', 'images', true)],
  ['iscsidirect', type('portal target', 'images', true)],
  ['lvm', type('vgname', 'images')],
  ['lvmthin', type('thinpool vgname', 'images,rootdir')],
  ['nfs', type('path server export', 'images', true)],
  ['pbs', type('server datastore', 'backup', true)],
  ['rbd', type('', 'images', true)],
  ['zfs', type('portal target pool blocksize iscsiprovider', 'images', true)],
  ['zfspool', type('pool', 'images,rootdir')],
]);

/** parse_lvm_name: narrower than LVM, which also allows `+` and a single character. */
const LVM_NAME = /^[a-z0-9][a-z0-9\-_.]*[a-z0-9]$/i;
const PATH = /^\/[^;()]/;
const ANY = /^/;

/** What is kept, and the values that PVE takes: one that does not fit is dropped, and a required one takes the storage with it. */
const KEPT: ReadonlyMap<string, RegExp> = new Map([
  ...['content', 'disable', 'is_mountpoint', 'monhost', 'nodes', 'share', 'shared', 'volume'].map(
    (key) => [key, ANY] as const,
  ),
  ...['blocksize', 'datastore', 'iscsiprovider', 'namespace', 'pool', 'portal', 'target', 'username'].map(
    (key) => [key, ANY] as const,
  ),
  // Plugin.pm verify_dir_override: no way out of the storage's directory.
  ['content-dirs', /^(?!.*[=/]\.\.(?:[/,;\s]|$))/],
  ['vgname', LVM_NAME],
  ['thinpool', LVM_NAME],
  ['path', PATH],
  ['export', PATH],
  ['subdir', PATH],
  ['options', /^[^ \t\n\r\f\v]+$/],
  ['server', /^(?!0$)[A-Za-z0-9:][A-Za-z0-9.:-]*$/],
]);

const STORAGE_ID = /^[a-z][a-z0-9\-_.]*[a-z0-9]$/i;

type Properties = Map<string, string>;

interface Section {
  readonly type: string;
  readonly storeid: string;
  /** Null: PVE skips the section. */
  readonly plugin: StorageType | null;
  readonly properties: Properties;
  readonly line: number;
}

interface Reader {
  readonly storages: Map<string, Storage>;
  readonly problems: string[];
  section: Section | null;
}

/**
 * `TYPE: ID`. The pattern is `^(\S+):\s*(\S+)\s*$`, so within one word the last colon that leaves an id divides, and
 * with two words the first must end in the colon.
 */
function parseHeader(text: string): { readonly type: string; readonly storeid: string } | null {
  const first = text.slice(0, wordLength(text));
  const rest = trimBlanks(text.slice(first.length));
  if (rest !== '') {
    if (first.length < 2 || !first.endsWith(':') || wordLength(rest) !== rest.length) return null;
    return { type: lowerAscii(first.slice(0, -1)), storeid: rest };
  }
  const colon = first.length < 3 ? -1 : first.lastIndexOf(':', first.length - 2);
  return colon < 1 ? null : { type: lowerAscii(first.slice(0, colon)), storeid: first.slice(colon + 1) };
}

const lowerAscii = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

function openSection(reader: Reader, text: string, line: number): void {
  const header = parseHeader(text);
  if (!header) {
    reader.problems.push(`line ${line}: PVE ignores this line`);
    return;
  }
  const { type, storeid } = header;
  const isId = STORAGE_ID.test(storeid);
  const plugin = (isId && STORAGE_TYPES.get(type)) || null;
  if (!isId) {
    reader.problems.push(`line ${line}: PVE skips the section, what it calls itself is no storage id`);
  } else if (!plugin) {
    // A property that lost its indentation looks the same.
    const named = mayNameSecret(type) ? 'a section' : `storage ${shorten(storeid)}`;
    reader.problems.push(
      `line ${line}: ${named} is of type "${shorten(type)}", which is not one of Proxmox VE’s own: where its volumes are cannot be told`,
    );
  }
  reader.section = { type, storeid, plugin, properties: new Map(), line };
}

/** A property that is there already is dropped, and so is a value that does not fit. A flag without a value is 1. */
function readProperty(reader: Reader, { storeid, plugin, properties }: Section, text: string, line: number): void {
  if (plugin === null) return;
  const content = trimBlanks(text);
  if (content === '' || wordLength(text) > 0) {
    reader.problems.push(`line ${line}: PVE ignores this line in storage ${shorten(storeid)}`);
    return;
  }
  const key = content.slice(0, wordLength(content));
  const isFlag = key === 'disable' || key === 'shared';
  const value = trimBlanks(content.slice(key.length)) || (isFlag ? '1' : '');
  const expected = isFlag ? /^[01]$/ : KEPT.get(key);
  if (value !== '' && !properties.has(key) && expected?.test(value)) properties.set(key, value);
}

/** Plugin.pm decode_value for `content`: null where the section is dropped for it, as an LVM that stores no disk. */
function contentOf({ type, properties }: Section, { defaultContent }: StorageType): string | null {
  const given = properties.get('content');
  if (given === undefined) return defaultContent;
  const words = splitList(given);
  if (words.length === 0 || (words.length > 1 && words.includes('none'))) return null;
  const isLvm = type === 'lvm' || type === 'lvmthin';
  return isLvm && !words.includes('images') && !words.includes('rootdir') ? null : words.join(',');
}

/** check_config: a sentence where the section is lost, though its id stays. */
function completeSection(section: Section, plugin: StorageType): Properties | string {
  const properties: Properties = new Map(section.properties);
  // NFS, CIFS and CephFSPlugin.pm check_config fill the path in when reading too.
  if (['nfs', 'cifs', 'cephfs', 'glusterfs'].includes(section.type) && !isTrue(properties.get('path'))) {
    properties.set('path', `/mnt/pve/${section.storeid}`);
  }
  for (const key of plugin.required) {
    if (!properties.has(key)) return `the required "${key}" is missing`;
  }
  const content = contentOf(section, plugin);
  if (content === null) return 'it cannot store what "content" says';
  properties.set('content', content);
  if (section.type === 'dir' || section.type === 'btrfs') {
    const path = properties.get('path') ?? '';
    // DirPlugin.pm check_config.
    if (!/^\/[-/a-zA-Z0-9_.@]+$/.test(path)) return 'its path is not allowed';
    properties.set('path', canonicalPath(path));
  }
  return properties;
}

/** Perl's File::Spec::Unix canonpath for an absolute path: no `//`, no `/.`, no trailing slash, no `..` above the root. */
export function canonicalPath(path: string): string {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  const above = parts.findIndex((part) => part !== '..');
  return `/${(above < 0 ? [] : parts.slice(above)).join('/')}`;
}

function storageOf(section: Section, plugin: StorageType, properties: Properties): Storage {
  const nodes = properties.get('nodes');
  return {
    storeid: section.storeid,
    type: section.type,
    properties: Object.fromEntries(properties),
    // A thin pool has no such property.
    shared: plugin.alwaysShared || (section.type !== 'lvmthin' && properties.get('shared') === '1'),
    disabled: properties.get('disable') === '1',
    nodes: nodes === undefined ? null : splitList(nodes),
  };
}

const EVERYWHERE = { shared: false, disabled: false, nodes: null };

function closeSection(reader: Reader): void {
  const { section } = reader;
  reader.section = null;
  if (!section?.plugin) return;
  const completed = completeSection(section, section.plugin);
  // A second section of the same id replaces the first, whatever its state.
  if (reader.storages.delete(section.storeid)) {
    reader.problems.push(
      `line ${section.line}: storage ${shorten(section.storeid)} comes again, and the last one counts`,
    );
  }
  if (typeof completed === 'string') {
    reader.problems.push(`line ${section.line}: storage ${shorten(section.storeid)} is unusable, ${completed}`);
    const { storeid } = section;
    reader.storages.set(storeid, { storeid, type: '', properties: {}, ...EVERYWHERE });
  } else {
    reader.storages.set(section.storeid, storageOf(section, section.plugin, completed));
  }
}

/** Plugin.pm parse_config: `local` is the same directory on every node, whatever the file says. */
function withLocal(storages: ReadonlyMap<string, Storage>): readonly Storage[] {
  const local = storages.get('local');
  if (local?.type === 'dir' && local.properties['path'] === '/var/lib/vz') {
    return [...storages.values()].map((storage) => (storage === local ? { ...local, nodes: null } : storage));
  }
  const properties = { path: '/var/lib/vz', content: 'backup,images,iso,rootdir,snippets,vztmpl' };
  const forced = { storeid: 'local', type: 'dir', properties, ...EVERYWHERE };
  return [forced, ...[...storages.values()].filter((storage) => storage !== local)];
}

/** VG names of the text itself, also in sections that PVE drops and in comments. */
function mentionedVgs(lines: readonly string[]): readonly string[] {
  const names = lines.flatMap((line) => {
    const [key, name] = splitList(line.slice(0, 400).replace(/^[\s#]+/, ''));
    return key === 'vgname' && name !== undefined ? [name] : [];
  });
  return [...new Set(names)];
}

export function parseStorageCfg(text: string): StorageConfig {
  const reader: Reader = { storages: new Map(), problems: [], section: null };
  const lines = text.split('\n');
  lines.forEach((content, index) => {
    if (/^[ \t\n\r\f\v]*#/.test(content)) return;
    // A section ends at an empty line only, or at "0", which Perl takes for false too. A carriage return is text.
    if (content === '' || content === '0') closeSection(reader);
    else if (reader.section) readProperty(reader, reader.section, content, index + 1);
    else openSection(reader, content, index + 1);
  });
  closeSection(reader);
  return {
    storages: withLocal(reader.storages),
    problems: reader.problems,
    mentionedVgs: mentionedVgs(lines),
  };
}
