import { guestLine } from '../model/guests/guest-secrets.ts';
import { crypttabLine, lioConfig, resourceLine } from '../model/guests/host-name-secrets.ts';
import { isRecord } from '../model/json-shape.ts';
import { LVM_COMMAND } from '../model/lvm/lvm.ts';
import {
  harmlessMessage,
  harmlessName,
  harmlessOptionText,
  harmlessPath,
  harmlessSource,
  mayNameSecret,
  REMOVED,
} from '../model/mounts/mount-secrets.ts';
import { PROBE_FORMAT } from '../model/mounts/mounts.ts';
import { mdadmConfiguration } from './mdadm-configuration.ts';

/**
 * Secrets never enter a capture. What the parsers need of a text is kept where it is known to be harmless and the rest removed,
 * so that a secret in a place that nobody thought of is removed too. A line stays a line of its kind: the parsers see the same
 * structure, and what PVE drops is dropped for the same reason.
 */

type Rule = (text: string) => string;

function eachLine(rule: Rule): Rule {
  return (text) => text.split('\n').map(rule).join('\n');
}

/** Properties of storage.cfg whose values are addresses, paths, and names in lists. */
export const SERVER = /^(?:server2?|portal|monhost)$/;
export const PATH = /^(?:path|export|subdir|share|mountpoint|zfs-base-path|is_mountpoint)$/;
const NAMES =
  /^(?:type|vgname|thinpool|base|nodes|disable|shared|content|content-dirs|format|target|pool|data-pool|fs-name|datastore|namespace|volume|transport|mkdir|create-base-path|create-subdirs|preallocation|prune-backups|maxfiles|max-protected-backups|krbd|fuse|sparse|blocksize|nocow|nowritecache|iscsiprovider|comstar_hg|comstar_tg|lio_tpg|saferemove|saferemove-stepsize|saferemove_throughput|tagged_only|bwlimit|smbversion|port|fingerprint|domain|skip-cert-verification|snapshot-as-volume-chain|resourcegroup|controller|redundancy|vdisk_node|storage_pool)$/;
const NAME_LIST = /^[\p{L}\p{N}\w.,;:+/ -]*$/u;
const LIMITS = /^(?:(?:keep-\w+|default|restore|migration|clone|move)=\d{1,12}[, ]?)+$/;
const DIRECTORIES = /^(?:(?:images|rootdir|vztmpl|iso|backup|snippets|none|import)=[\w./-]+,?)+$/;

/** A property of storage.cfg (pve-storage src/PVE/Storage/*.pm properties) that may be recorded. */
export const isStorageProperty = (key: string): boolean =>
  key === 'options' || SERVER.test(key) || PATH.test(key) || NAMES.test(key);

function propertyValue(key: string, value: string): string {
  if (key === 'options') return harmlessOptionText(value);
  if (SERVER.test(key)) return harmlessSource(value, '');
  if (PATH.test(key)) return value.startsWith('/') ? harmlessPath(value) : harmlessPath(`/${value}`).slice(1);
  return NAMES.test(key) && (NAME_LIST.test(value) || LIMITS.test(value) || DIRECTORIES.test(value)) ? value : REMOVED;
}

/** A volume group that a line names is nobody's to forget, whatever kind of line it is (parse/storage-cfg.ts). */
const namedGroup = (line: string): string | undefined =>
  /^[\s#]*vgname[\s,;]+([A-Za-z0-9+_.-]+)/.exec(line.slice(0, 400))?.[1];

/** Type and id, unless the line is a property that lost its indentation. */
function storageHeader(line: string): string {
  const [, type = '', id = ''] = /^(\S+):\s*(\S+)\s*$/.exec(line) ?? [];
  if (type === '') return REMOVED;
  const isProperty = isStorageProperty(type) || mayNameSecret(type);
  return /^[A-Za-z][\w-]*$/.test(type) && /^[A-Za-z][\w.-]*$/.test(id) && !isProperty ? line : `${REMOVED}: -`;
}

function storageConfig(text: string): string {
  let inSection = false;
  return text
    .split('\n')
    .map((line) => {
      const vg = namedGroup(line);
      if (line === '' || line === '0') inSection = false;
      if (line.trim() === '' || line === '0') return line;
      if (/^\s*#/.test(line)) return vg === undefined ? '#' : `#vgname ${vg}`;
      if (!inSection) {
        const isHeader = /^\S+:\s*\S+\s*$/.test(line);
        inSection = isHeader;
        return isHeader || vg === undefined ? storageHeader(line) : `vgname ${vg}`;
      }
      const [, start = '', key = '', gap = '', value = '', end = ''] =
        /^(\s+)(\S+)(\s*)(.*?)([\s]*)$/s.exec(line) ?? [];
      if (start === '') return vg === undefined ? REMOVED : `vgname ${vg}`;
      const shownKey = /^[A-Za-z][\w-]*$/.test(key) ? key : REMOVED;
      return `${start}${shownKey}${gap}${value === '' ? '' : propertyValue(key, value)}${end.includes('\r') ? '\r' : ''}`;
    })
    .join('\n');
}

const octal = (text: string): string =>
  text.replace(/[\s\\#]/g, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`);

/** Blanks in a field are `\040` (fstab(5), kernel fs/seq_file.c mangle_path). */
const octalField = (field: string, rule: Rule): string => {
  const text = field.replace(/\\([0-3][0-7]{2})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
  const shown = rule(text);
  return shown === text ? field : octal(shown);
};

const fsTypeText = (fsType: string): string => (/^[\w.+-]*$/.test(fsType) ? fsType : REMOVED);

/** What becomes of the fields of a mount, wherever they stand. */
export interface MountRules {
  readonly source: (source: string, fsType: string) => string;
  readonly path: Rule;
  /** As the kernel writes it in a mount table. */
  readonly place: Rule;
  readonly seenType: Rule;
  readonly fsType: Rule;
  readonly options: Rule;
}

const HARMLESS: MountRules = {
  source: harmlessSource,
  path: harmlessPath,
  place: (path) => path,
  seenType: (fsType) => fsType,
  fsType: fsTypeText,
  options: harmlessOptionText,
};

export function fstabLine(line: string, rules: MountRules): string {
  const fields = line.trim().split(/[ \t]+/);
  const [source = '', target = '', fsType = '', options = '', ...rest] = fields;
  if (line.trim() === '') return line;
  if (source.startsWith('#') || (!/^(?:\/|(?:none|swap)$)/.test(target) && !line.includes('\ufffd'))) return '#';
  const numbers = rest.filter((field) => /^\d$/.test(field));
  return [
    octalField(source, (text) => rules.source(text, fsType)),
    /^(?:none|swap)$/.test(target) ? target : octalField(target, rules.path),
    rules.fsType(fsType),
    octalField(options, rules.options),
    ...numbers,
  ]
    .join(' ')
    .trimEnd();
}

/** What, Where, Type and Options of a unit; lines that go on are joined, as systemd reads them. */
export function mountUnit(text: string, rules: MountRules): string {
  const fsType = /^\s*Type\s*=\s*"?([\w.+-]*)/m.exec(text)?.[1] ?? '';
  const values: Readonly<Record<string, Rule>> = {
    What: (value) => rules.source(value.replaceAll('\\x20', ' '), fsType).replaceAll(' ', '\\x20'),
    Where: rules.path,
    Type: rules.fsType,
    Options: rules.options,
  };
  return text
    .replace(/\\\n/g, ' ')
    .split('\n')
    .map((line) => {
      if (line.trim() === '' || /^\[[A-Za-z]+\]\s*$/.test(line)) return line;
      const [, key = '', quote = '', value = ''] = /^\s*([A-Za-z]+)\s*=\s*("?)(.*?)"?\s*$/s.exec(line) ?? [];
      // That there is one decides whether the mount may be missing; what it asks for does not.
      if (/^(?:Condition|Assert)/.test(key)) return `${key}=${REMOVED}`;
      const rule = Object.hasOwn(values, key) ? values[key] : undefined;
      return rule === undefined ? '#' : `${key}=${quote}${rule(value)}${quote}`;
    })
    .join('\n');
}

/** A line that is no mount stays none. */
export function mountLine(line: string, rules: MountRules): string {
  if (line === '') return line;
  const fields = line.split(' ');
  const separator = fields.indexOf('-', 6);
  if (separator < 0 || !/^\d+$/.test(fields[0] ?? '')) return line.includes('\ufffd') ? `${REMOVED} \ufffd` : REMOVED;
  const fsType = fields[separator + 1] ?? '';
  const options = (field: string) =>
    rules.options(
      field
        .split(',')
        .map((option) => octalField(option, (plain) => plain))
        .join(','),
    );
  return [
    ...fields.slice(0, 3),
    ...fields.slice(3, 5).map((field) => octalField(field, rules.place)),
    options(fields[5] ?? ''),
    ...fields.slice(6, separator + 1),
    rules.seenType(fsType),
    octalField(fields[separator + 2] ?? '', (text) => rules.source(text, fsType)),
    options(fields.slice(separator + 3).join(' ')),
  ].join(' ');
}

/** datacenter.cfg: only how VMIDs are counted is read. */
function datacenterLine(line: string): string {
  const [, start = '', value = ''] = /^(\s*next-id:\s*)(.*)$/s.exec(line) ?? [];
  if (start !== '') return `${start}${/^(?:[a-z]{2,5}=[+-]?\d{1,12}[, ]*)*$/.test(value) ? value : REMOVED}`;
  return line.trim() === '' ? line : '#';
}

/** jobs.cfg: which job writes to which storage. */
function jobLine(line: string): string {
  if (line.trim() === '' || /^vzdump:\s*[\w.+-]+\s*$/.test(line)) return line;
  if (/^\s+(?:storage\s+[A-Za-z][\w.-]*|enabled\s+[01])\s*$/.test(line)) return line;
  return /^\s/.test(line)
    ? `\t${REMOVED}`
    : /^vzdump:/.test(line)
      ? `vzdump: ${REMOVED}`
      : /^#/.test(line)
        ? '#'
        : `${REMOVED}: -`;
}

/** replication.cfg: which guest is copied where; a comment is anybody's. */
function replicationLine(line: string): string {
  if (line.trim() === '' || /^local:\s*\d{1,9}-\d{1,9}\s*$/.test(line)) return line;
  if (/^\s+(?:target\s+[\w.-]+|disable(?:\s+[01])?|remove_job\s+(?:local|full))\s*$/.test(line)) return line;
  return /^\s/.test(line) ? `\t${REMOVED}` : /^#/.test(line) ? '#' : `${REMOVED}: -`;
}

const HA_SECTION = /^(?:(?:vm|ct):\s*\d{1,9}|(?:group|node-affinity|resource-affinity):\s*[A-Za-z][\w-]*)\s*$/;
const HA_PROPERTY =
  /^\s+(?:state\s+[a-z]+|group\s+[A-Za-z][\w-]*|nodes\s+[\w.:-]+(?:,[\w.:-]+)*|resources\s+(?:vm|ct):\d{1,9}(?:,(?:vm|ct):\d{1,9})*|(?:strict|restricted|disable)(?:\s+[01])?)\s*$/;

/** Files of the HA manager: whom it looks after, and where it may start them; a comment is anybody's. */
function haLine(line: string): string {
  if (line.trim() === '' || HA_SECTION.test(line) || HA_PROPERTY.test(line)) return line;
  return /^\s/.test(line) ? `\t${REMOVED}` : /^#/.test(line) ? '#' : `${REMOVED}: -`;
}

/** The state of replications, without what is not read of it. A text that is no JSON stays none. */
function replicationState(text: string): string {
  if (text.trim() === '') return text;
  try {
    const json: unknown = JSON.parse(text);
    if (!isRecord(json)) return REMOVED;
    const jobsOf = (jobs: unknown) =>
      isRecord(jobs)
        ? Object.fromEntries(Object.entries(jobs).map(([job, state]) => [replicationJob(job), shownState(state)]))
        : null;
    const shown = Object.entries(json).map(([vmid, jobs]) => [/^\d{1,9}$/.test(vmid) ? vmid : REMOVED, jobsOf(jobs)]);
    return `${JSON.stringify(Object.fromEntries(shown))}\n`;
  } catch {
    return REMOVED;
  }
}

const replicationJob = (job: string): string => (/^local\/[\w.-]+$/.test(job) ? job : REMOVED);

const shownState = (state: unknown): unknown =>
  isRecord(state)
    ? Object.fromEntries(
        Object.entries(state).flatMap(([key, value]) => {
          if (key === 'error' && typeof value === 'string')
            return [[key, harmlessMessage(value.split('\n', 1)[0] ?? '')]];
          const isNumber = typeof value === 'number' || (typeof value === 'string' && /^\d{1,12}$/.test(value));
          return /^(?:last_sync|fail_count|pid|ptime)$/.test(key) && isNumber ? [[key, value]] : [];
        }),
      )
    : null;

/** `0 2 * * 6 root vzdump 100 --storage nas`: the rest of such a line says how, and to whom mail goes. */
function cronLine(line: string): string {
  const [, schedule = '', command = ''] = /^(\s*(?:[\w*,/-]{1,40}\s+){5})root\s+vzdump\s(.*)$/s.exec(line) ?? [];
  if (schedule === '') return line.trim() === '' ? line : '#';
  const storage = /--?storage[\s=]+([A-Za-z][\w.-]*)(?=\s|$)/.exec(command)?.[1];
  const named =
    storage === undefined ? (/--?storage[\s=]/.test(command) ? ` --storage ${REMOVED}` : '') : ` --storage ${storage}`;
  return `${schedule.replace(/[a-z]{4,}/gi, '*')}root vzdump ${REMOVED}${named}`;
}

/** Neither a hash, as in old files, nor a person's name. */
const passwdLine: Rule = (line) =>
  /^[\w.-]+\$?:[^:]*:\d+:\d+:/.test(line)
    ? line.replace(/^([^:]*):[^:]*:(\d+):(\d+):.*$/s, '$1:x:$2:$3:::')
    : line === ''
      ? line
      : '#';

/** Of the paths of sockets only those of containers are read. */
const socketLine: Rule = (line) =>
  line.replace(/^([0-9a-f]+: \S+ \S+ \S+ \S+ \S+ +\d+) (?!@\/var\/lib\/lxc\/\d+\/command$).*$/s, '$1');

const UPID = `UPID:[A-Za-z0-9-]+:[0-9A-Fa-f]{8}:[0-9A-Fa-f]{8,9}:[0-9A-Fa-f]{8}:`;
const TASK = new RegExp(`^(${UPID})([^:\\s]+):([^:\\s]*):([^:\\s]+):`);

/** A task by its node, process, type and what it is about; how it ended is not read. */
function upid(text: string): string | null {
  const [, start, type = '', id = '', user = ''] = TASK.exec(text) ?? [];
  if (start === undefined) return null;
  const about = /^[\w.,>@+/-]*$/.test(id) ? id : `${REMOVED}${id.includes('/') ? '/' : ''}`;
  return `${start}${/^[\w/-]+$/.test(type) ? type : REMOVED}:${about}:${/^[\w.-]+@[\w-]+(?:![\w.-]+)?$/.test(user) ? user : REMOVED}:`;
}

function taskLine(line: string): string {
  if (line === '') return line;
  const shown = upid(line);
  const [, state = '', status = ''] =
    /^\S+([ \t][01](?:[ \t][0-9A-Fa-f]{8})?|[ \t][0-9A-Fa-f]{8}(?=[ \t]))(.*)$/s.exec(line) ?? [];
  if (shown === null || state === '') return REMOVED;
  return `${shown}${state}${status.trim() === '' ? '' : /^\s+(?:OK|WARNINGS: \d{1,9})\s*$/.test(status) ? ` ${status.trim()}` : ` ${REMOVED}`}`;
}

/** A guest's sockets and pid files, by which its helpers are told (qemu-server src/PVE/QemuServer.pm). */
const GUEST_FILE = /\/(?:var\/)?run\/qemu-server\/(?:qsd-)?\d+\.\w+(?:\.pid)?/g;

const SECRET_SWITCH = /^--?\w*(?:p|pass\w*|pw\w*|secret|token|key|auth|user|u|cred\w*)$/i;

/**
 * Only what tells whose process it is: the program, `-id`, `-pidfile`, that there is an `-incoming`, the container of an
 * LXC monitor, and paths, since a process that hangs on a mount is told by them.
 */
function commandLine(text: string): string {
  const [program = '', ...words] = text.split('\0');
  const kept: string[] = [title(program)];
  for (const [at, word] of words.entries()) {
    const before = words[at - 1] ?? '';
    if (/^--?(?:id|pidfile|incoming)$/.test(word)) kept.push(word);
    else if (/^--?incoming$/.test(before)) kept.push(REMOVED);
    else if (/^--?id$/.test(before)) kept.push(/^\d{1,10}$/.test(word) ? word : REMOVED);
    else if (/^--?pidfile$/.test(before)) kept.push(/^\/[\w./+-]*$/.test(word) ? word : REMOVED);
    else if (word === PROBE_FORMAT) kept.push(word);
    else if (word === '-n' || (before === '-n' && /^\d{1,10}$/.test(word))) kept.push(word);
    else if (SECRET_SWITCH.test(before)) continue;
    else if (/^\/[^\s=?&@:;,]*$/.test(word)) kept.push(word);
    else kept.push(...(word.match(GUEST_FILE) ?? []));
  }
  return text === '' ? '' : `${kept.join('\0')}\0`;
}

/** Programs that hold volumes and mounts. */
export const isProgram = (word: string): boolean =>
  LVM_COMMAND.test(word) ||
  /^(?:kvm|qemu-[\w-]+|lxc-start|swtpm|vzdump|rsync|cp|tar|dd|stat|find|ls|df|du|cat|sh|bash|perl|python3?|mount(?:\.\w+)?|umount|dmsetup)$/.test(
    word,
  );

/** A process may write anything over its name: only a program's path, those of PVE's processes, and what they say of a guest. */
function title(program: string): string {
  const monitor = /^\[lxc monitor\] \/[\w./-]* \d{1,10}/.exec(program)?.[0];
  if (monitor !== undefined) return monitor;
  const task = /^task (UPID:\S+)/.exec(program)?.[1];
  if (task !== undefined) return `task ${upid(task) ?? REMOVED}`;
  const [word = ''] = program.split(/\s/, 1);
  return /^(?:\/[\w./+-]*)?$/.test(word) || isProgram(word) ? word : REMOVED;
}

const statLine: Rule = (text) =>
  text.replace(
    /^(\d+ \()(.*)(\) [A-Za-z] [-\d\s]*)$/s,
    (_, start: string, name: string, rest: string) => `${start}${harmlessName(name)}${rest}`,
  );

/** The name of a unit's instance is free text. */
const cgroupLine: Rule = (line) => line.replace(/@[^/]*/g, '@');

const deviceSource: Rule = (source) => harmlessSource(source, '');

/** DRBD's and tgt's, and what they include; LINSTOR keeps its own elsewhere. */
export const DEVICE_RESOURCES = /\/(?:drbd\.conf|targets\.conf)$|\.res$|^\/etc\/(?:drbd\.d|tgt)\//;

const RULES: readonly (readonly [RegExp, Rule])[] = [
  [/^\/etc\/pve\/.*\/(?:qemu-server|lxc)\/[^/]+\.conf$|^\/var\/lib\/lxc\/[^/]+\/config$/, eachLine(guestLine)],
  [/^\/etc\/pve\/storage\.cfg$/, storageConfig],
  [/^\/etc\/pve\/datacenter\.cfg$/, eachLine(datacenterLine)],
  [/^\/etc\/pve\/jobs\.cfg$/, eachLine(jobLine)],
  [/^\/etc\/pve\/vzdump\.cron$/, eachLine(cronLine)],
  [/^\/etc\/pve\/replication\.cfg$/, eachLine(replicationLine)],
  [/^\/etc\/pve\/ha\/\w+\.cfg$/, eachLine(haLine)],
  [/\/pve-replication-state\.json$/, replicationState],
  [/^\/var\/log\/pve\/tasks\//, eachLine(taskLine)],
  [/^\/proc\/\d+\/cmdline$/, commandLine],
  [/^\/proc\/\d+\/comm$/, eachLine(harmlessName)],
  [/^\/proc\/\d+\/stat$/, statLine],
  [
    /^\/proc\/\d+\/status$/,
    eachLine((line) => (line.startsWith('Name:') ? `Name:\t${harmlessName(line.slice(6))}` : line)),
  ],
  [/^\/proc\/\d+\/cgroup$/, eachLine(cgroupLine)],
  [/^\/etc\/(?:mdadm\/)?mdadm\.conf$/, mdadmConfiguration],
  [/\/etc\/fstab$/, eachLine((line) => fstabLine(line, HARMLESS))],
  [/^\/etc\/crypttab$/, eachLine((line) => crypttabLine(line, deviceSource))],
  [DEVICE_RESOURCES, eachLine((line) => resourceLine(line, deviceSource))],
  [/\/saveconfig\.json$/, (text) => lioConfig(text, deviceSource)],
  [/\.(?:(?:auto)?mount|swap)$/, (text) => mountUnit(text, HARMLESS)],
  [/\/mountinfo$/, eachLine((line) => mountLine(line, HARMLESS))],
  [/^\/proc\/swaps$|\/loop\/backing_file$|\/udev_path$/, eachLine((line) => harmlessPath(line))],
  [/^\/etc\/passwd$/, eachLine(passwdLine)],
  [/^\/proc\/net\/unix$/, eachLine(socketLine)],
];

/** The text of a file as it may be recorded. */
export function withoutSecrets(path: string, text: string): string {
  const rule = RULES.find(([pattern]) => pattern.test(path))?.[1];
  return rule === undefined ? text : rule(text);
}

/** What a program said on its standard error. */
export const messageWithoutSecrets: Rule = eachLine(harmlessMessage);

/** Where a link of a process leads; a path of the system stays. */
export const linkWithoutSecrets = (path: string, target: string): string =>
  /^\/proc\/\d+\/(?:cwd|fd\/\d+)$/.test(path) && target.startsWith('/') ? harmlessPath(target) : target;
