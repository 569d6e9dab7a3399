import type { Storage, StorageConfig } from '../model/guests/pve.ts';
import { mayNameSecret } from '../model/mounts/mount-secrets.ts';
import { canonicalPath } from './canonical-path.ts';
import { isTrue, shorten, splitList, trimBlanks, wordLength } from './perl-text.ts';
import { fitsSchema } from './property-string.ts';
import { decodeContent, SECRET_PROPERTIES, STORAGE_PROPERTIES } from './storage-properties.ts';
import { STORAGE_TYPES, type StorageType } from './storage-types.ts';
import { isStorageId } from './value-formats.ts';

/**
 * /etc/pve/storage.cfg as PVE reads it: pve-common src/PVE/SectionConfig.pm parse_config, check_value, check_config;
 * pve-storage src/PVE/Storage/Plugin.pm parse_section_header, parse_config, decode_value.
 */

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
  const plugin = (isStorageId(storeid) && STORAGE_TYPES.get(type)) || null;
  if (!isStorageId(storeid)) {
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

/** check_value: why the property is dropped, or null. A boolean without a value is 1. */
function refuseProperty(section: Section, key: string, given: string | null): string | null {
  const schema = STORAGE_PROPERTIES.get(key);
  const { plugin } = section;
  if (!plugin || !schema) return 'PVE does not know this property';
  if (section.properties.has(key)) return 'it is there already, and the first one counts';
  if (!plugin.required.has(key) && !plugin.optional.has(key))
    return `a storage of type ${section.type} does not have it`;
  const value = given ?? (schema.type === 'boolean' ? '1' : null);
  if (value === null) return 'it has no value';
  if (value.includes('\r')) return 'its value holds a carriage return';
  return fitsSchema(value, schema) ? null : 'its value is not valid';
}

function readProperty(reader: Reader, section: Section, text: string, line: number): void {
  if (section.plugin === null) return;
  const content = trimBlanks(text);
  if (content === '' || wordLength(text) > 0) {
    reader.problems.push(`line ${line}: PVE ignores this line in storage ${shorten(section.storeid)}`);
    return;
  }
  const key = content.slice(0, wordLength(content));
  const rest = trimBlanks(content.slice(key.length));
  const value = rest === '' ? null : rest;
  if (key === 'type' && value === section.type) return;
  const refusal = refuseProperty(section, key, value);
  if (refusal === null) section.properties.set(key, numeric(key, value ?? '1'));
  else
    reader.problems.push(
      `line ${line}: PVE drops "${shorten(key)}" of storage ${shorten(section.storeid)}: ${refusal}`,
    );
}

/** check_value turns numbers into numbers: `+5` is 5. */
const numeric = (key: string, value: string): string => {
  const type = STORAGE_PROPERTIES.get(key)?.type;
  return type === 'integer' || type === 'number' ? String(Number(value)) : value;
};

/** check_config with decode_value: a sentence where the section is lost, though its id stays. */
function completeSection(section: Section, plugin: StorageType): Properties | string {
  const properties: Properties = new Map(section.properties);
  // NFS, CIFS and CephFSPlugin.pm check_config fill the path in when reading too.
  if (['nfs', 'cifs', 'cephfs', 'glusterfs'].includes(section.type) && !isTrue(properties.get('path'))) {
    properties.set('path', `/mnt/pve/${section.storeid}`);
  }
  for (const key of plugin.required) {
    if (!properties.has(key)) return `the required "${key}" is missing`;
  }
  const content = properties.get('content');
  const decoded = content === undefined ? plugin.defaultContent : decodeContent(content, plugin.content);
  if (decoded === null) return 'it cannot store what "content" says';
  properties.set('content', decoded);
  const format = properties.get('format');
  if (format !== undefined && !plugin.formats.has(format)) properties.delete('format');
  if (section.type === 'dir' || section.type === 'btrfs') {
    const path = properties.get('path') ?? '';
    // DirPlugin.pm check_config.
    if (!/^\/[-/a-zA-Z0-9_.@]+$/.test(path)) return 'its path is not allowed';
    properties.set('path', canonicalPath(path));
  }
  return properties;
}

function storageOf(section: Section, plugin: StorageType, properties: Properties): Storage {
  const text = properties.get('nodes');
  const nodes = text === undefined ? null : splitList(text);
  if (nodes) properties.set('nodes', nodes.join(','));
  for (const secret of SECRET_PROPERTIES) properties.delete(secret);
  return {
    storeid: section.storeid,
    type: section.type,
    properties: Object.fromEntries(properties),
    shared: plugin.alwaysShared || properties.get('shared') === '1',
    disabled: properties.get('disable') === '1',
    nodes,
  };
}

const emptyStorage = (storeid: string): Storage => ({
  ...{ storeid, type: '', properties: {}, shared: false, disabled: false, nodes: null },
});

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
    reader.storages.set(section.storeid, emptyStorage(section.storeid));
  } else {
    reader.storages.set(section.storeid, storageOf(section, section.plugin, completed));
  }
}

/** Plugin.pm parse_config: `local` is the same directory on every node, whatever the file says. */
function withLocal(storages: ReadonlyMap<string, Storage>): readonly Storage[] {
  const local = storages.get('local');
  if (local?.type === 'dir' && local.properties['path'] === '/var/lib/vz') {
    const { nodes: _, ...properties } = local.properties;
    return [...storages.values()].map((storage) =>
      storage === local ? { ...local, properties, nodes: null } : storage,
    );
  }
  const properties = {
    path: '/var/lib/vz',
    'prune-backups': 'keep-all=1',
    content: 'backup,images,iso,rootdir,snippets,vztmpl',
  };
  const forced = { storeid: 'local', type: 'dir', properties, shared: false, disabled: false, nodes: null };
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
