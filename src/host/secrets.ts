import { REMOVED, withoutMountSecrets, withoutUserInfo } from '../model/mounts/mount-secrets.ts';
import { PROBE_FORMAT } from '../model/mounts/probe-format.ts';

/**
 * Secrets never enter a capture. What the parsers need of a text is kept and the rest removed, so that a secret in a place
 * that nobody thought of is removed too. A line stays a line of its kind: the parsers see the same structure, and what
 * PVE drops is dropped for the same reason.
 */

type Rule = (text: string) => string;

function eachLine(rule: Rule): Rule {
  return (text) => text.split('\n').map(rule).join('\n');
}

/** Keys of a guest's configuration whose values describe hardware or volumes; of every other key only those stay. */
const PLAIN_KEY =
  /^(?:(?:ide|sata|scsi|virtio|efidisk|tpmstate|unused|mp|net|ipconfig|hostpci|usb|serial|parallel|numa|dev)\d+|cdrom|rootfs|vmstate|vmstatestorage|fleecing-images|hookscript|name|hostname|template|lock|parent|snaptime|snapstate|delete|memory|balloon|cores|sockets|cpu|cpulimit|cpuunits|vcpus|numa|bios|machine|arch|ostype|scsihw|boot|bootdisk|agent|onboot|startup|protection|tags|vmgenid|meta|unprivileged|features|cmode|swap|runningmachine|runningcpu|hotplug|kvm|acpi|tablet|freeze|localtime|nameserver)$/;

const PLAIN_LXC_KEY =
  /^lxc\.(?:mount(?:\.(?:entry|auto))?|cgroup2?\.[\w.]+|apparmor\.\w+|cap\.\w+|idmap|arch|uts\.name|rootfs\.\w+|net\.\d+\.\w+|tty\.max|include|signal\.\w+|monitor\.\w+)$/;

/** Volumes and devices in text that may hold anything else. */
const MENTION =
  /(?<![A-Za-z0-9._+-])\/dev\/[^\s,;"'(){}[\]<>|&]+|(?<![A-Za-z0-9+_.])(?:[A-Za-z][A-Za-z0-9_.-]*(?::|%3A)(?:\d+\/)?)?(?:[A-Za-z0-9+_.]|--)*-?(?:vm|base)-{1,2}\d+-[A-Za-z0-9+_.-]+/g;

const mentions = (text: string): string => [REMOVED, ...(text.match(MENTION) ?? [])].join(' ');

/** A comment that is a line of a drive, as people make it to keep it for later. */
const DRIVE_COMMENT =
  /^([#\s]*(?:(?:ide|sata|scsi|virtio|efidisk|tpmstate|unused|mp|dev)\d+|vmstate|cdrom|hookscript|rootfs)(?::|%3A)\s*)([A-Za-z][\w.-]*(?::|%3A)[^\s,]+|\/dev\/[^\s,]+)(.*)$/is;

function guestLine(line: string): string {
  if (line.trim() === '' || /^\[[^\]]*\]\s*$/.test(line)) return line;
  const end = line.endsWith('\r') ? '\r' : '';
  const drive = DRIVE_COMMENT.exec(line);
  if (drive && !PLAIN_KEY.test(/^[a-z]+\d*/.exec(line)?.[0] ?? ''))
    return `${drive[1]}${drive[2]}${(drive[3] ?? '').trim() === '' ? '' : ` ${mentions(drive[3] ?? '')}`}${end}`;
  const [, key = '', separator = '', value = ''] = /^([\w.-]+)(\s*[:=][ \t]*)(.*)$/s.exec(line) ?? [];
  if (PLAIN_KEY.test(key) || PLAIN_LXC_KEY.test(key)) return namedSecrets(line);
  if (line.startsWith('#') || key === '') return `${/^#?/.exec(line)?.[0]}${mentions(line)}${end}`;
  if (value.trim() === '') return line;
  if (key === 'smbios1') return `${key}${separator}${/uuid=[0-9a-fA-F-]+/.exec(value)?.[0] ?? REMOVED}${end}`;
  return `${key}${separator}${mentions(value)}${end}`;
}

/** Options by the names that secrets have, wherever they stand. */
const namedSecrets: Rule = (text) =>
  text.replace(/((?:password|passwd|passphrase|secret|token|api_?key|auth)\s*[=:]\s*)[^\s,]+/gi, `$1${REMOVED}`);

/** Properties of storage.cfg that are no secret; a property that PVE does not know is dropped whatever its value is. */
const PLAIN_PROPERTY =
  /^(?:type|path|vgname|thinpool|base|nodes|disable|shared|content|content-dirs|format|server2?|export|share|subdir|portal|target|pool|data-pool|monhost|fs-name|datastore|namespace|volume|transport|mountpoint|zfs-base-path|is_mountpoint|mkdir|create-base-path|create-subdirs|preallocation|prune-backups|maxfiles|max-protected-backups|krbd|fuse|sparse|blocksize|nocow|nowritecache|iscsiprovider|comstar_hg|comstar_tg|lio_tpg|saferemove|saferemove-stepsize|saferemove_throughput|tagged_only|bwlimit|smbversion|port|fingerprint|domain|skip-cert-verification|snapshot-as-volume-chain)$/;

function storageLine(line: string): string {
  if (line === '' || line === '0' || /^\S+:\s*\S+\s*$/.test(line)) return line;
  const vg = /^[\s#]*vgname[\s,;]+([A-Za-z0-9+_.-]+)/.exec(line)?.[1];
  if (/^\s*#/.test(line)) return vg === undefined ? '#' : `#vgname ${vg}`;
  const [, start = '', key = '', gap = '', value = ''] = /^(\s+)(\S+)(\s+)(\S.*)$/s.exec(line) ?? [];
  if (key === 'options') return withoutMountSecrets(line);
  if (key === '' || PLAIN_PROPERTY.test(key)) return withoutUserInfo(line);
  return `${start}${key}${gap}${REMOVED}${value.endsWith('\r') ? '\r' : ''}`;
}

const fstabLine: Rule = (line) => (/^\s*#/.test(line) ? '#' : withoutMountSecrets(line));

function unitLine(line: string): string {
  if (line.trim() === '' || /^\[[A-Za-z]+\]\s*$/.test(line)) return line;
  if (/^\s*(?:What|Where|Type|Options)\s*=/.test(line)) return withoutMountSecrets(line);
  return line.endsWith('\\') ? '#\\' : '#';
}

/** Lines `key: value` of which only some keys are read. */
function keyed(plain: RegExp): Rule {
  return (line) => {
    const [, key = '', colon = '', value = ''] = /^([^:\s]+|\s*[^:\s]+)(:\s*)(.*)$/s.exec(line) ?? [];
    if (line.trim() === '' || plain.test(key)) return line;
    if (key === '' || line.startsWith('#')) return '#';
    return value === '' ? line : `${key}${colon}${REMOVED}`;
  };
}

function jobLine(line: string): string {
  if (line.trim() === '' || /^\S+:\s*\S+\s*$/.test(line) || /^\s+(?:storage|enabled|vmid|all|schedule)\s/.test(line))
    return line;
  const [, start = ''] = /^(\s+\S+\s+)\S/.exec(line) ?? [];
  return start === '' ? '#' : `${start}${REMOVED}`;
}

const cronLine: Rule = (line) =>
  /^\s*(?:#|[A-Z_]+=)/.test(line)
    ? '#'
    : line.replace(/(--(?:mailto|script|notes-template)[\s=]+)\S+/g, `$1${REMOVED}`);

/** Neither a hash, as in old files, nor a person's name. */
const passwdLine: Rule = (line) =>
  line.replace(
    /^([^:]*):[^:]*:(\d+):(\d+):.*$/,
    (_, name: string, uid: string, gid: string) => `${name}:x:${uid}:${gid}:::`,
  );

/** Of the paths of sockets only those of containers are read. */
const socketLine: Rule = (line) =>
  line.replace(/^([0-9a-f]+: \S+ \S+ \S+ \S+ \S+ +\d+) (?!@\/var\/lib\/lxc\/\d+\/command$).*$/s, '$1');

/** A guest's sockets and pid files, by which its helpers are told (qemu-server src/PVE/QemuServer.pm). */
const GUEST_FILE = /\/(?:var\/)?run\/qemu-server\/(?:qsd-)?\d+\.\w+(?:\.pid)?/g;

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
    else if (/^--?(?:id|pidfile)$/.test(before)) kept.push(word);
    else if (word === PROBE_FORMAT) kept.push(word);
    else if (word === '-n' || (before === '-n' && /^\d+$/.test(word))) kept.push(word);
    else if (/^\/[^\s=?&@:;,]*$/.test(word)) kept.push(word);
    else kept.push(...(word.match(GUEST_FILE) ?? []));
  }
  return text === '' ? '' : `${kept.join('\0')}\0`;
}

/** A process may write anything over its name. */
function title(program: string): string {
  const known = /^\[lxc monitor\] \S+ \d+|^task UPID:\S+/.exec(program)?.[0];
  return known ?? program.split(/\s/, 1)[0] ?? '';
}

const RULES: readonly (readonly [RegExp, Rule])[] = [
  [/^\/etc\/pve\/.*\/(?:qemu-server|lxc)\/[^/]+\.conf$|^\/var\/lib\/lxc\/[^/]+\/config$/, eachLine(guestLine)],
  [/^\/etc\/pve\/storage\.cfg$/, eachLine(storageLine)],
  [/^\/etc\/pve\/datacenter\.cfg$/, eachLine(keyed(/^\s*next-id$/))],
  [/^\/etc\/pve\/jobs\.cfg$/, eachLine(jobLine)],
  [/^\/etc\/pve\/vzdump\.cron$/, eachLine(cronLine)],
  [/^\/proc\/\d+\/cmdline$/, commandLine],
  [/\/etc\/fstab$/, eachLine(fstabLine)],
  [/\.(?:auto)?mount$/, eachLine(unitLine)],
  [/\/mountinfo$/, withoutMountSecrets],
  [/^\/etc\/passwd$/, eachLine(passwdLine)],
  [/^\/proc\/net\/unix$/, eachLine(socketLine)],
];

/** The text of a file as it may be recorded. */
export function withoutSecrets(path: string, text: string): string {
  const rule = RULES.find(([pattern]) => pattern.test(path))?.[1];
  return rule === undefined ? text : rule(text);
}
