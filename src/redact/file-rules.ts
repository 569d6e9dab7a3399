import { DEVICE_RESOURCES, fstabLine, mountLine, mountUnit, withoutSecrets } from '../host/secrets.ts';
import { crypttabLine, lioConfig, resourceLine } from '../model/guests/host-name-secrets.ts';
import { DRBD_COUNTERS, DRBD_END, DRBD_PROGRESS, DRBD_STATE } from '../parse/drbd9.ts';
import { redactText } from './free-text.ts';
import { redactGuestConfig } from './guest-config.ts';
import {
  fields,
  keeping,
  only,
  redactCgroupLine,
  redactCommand,
  redactCommandLine,
  redactCpuinfo,
  redactInet6Line,
  redactKernelRelease,
  redactPvecfg,
  redactStat,
  redactUnixLine,
} from './machine-files.ts';
import { mountTokens, redactBackingLine, redactSource } from './mount-text.ts';
import { redactDmUuid, redactMangledName, redactName, redactVgName } from './names.ts';
import { redactPath } from './paths.ts';
import {
  redactClusterJson,
  redactHaLine,
  redactJobLine,
  redactReplicationLine,
  redactReplicationState,
  redactStorageConfig,
  redactTaskLine,
} from './pve-files.ts';
import type { TokenBook } from './token-book.ts';

/** How the text of each file is redacted; of any other, everything but words that everybody has. */

type TextRule = (book: TokenBook, text: string) => string;

const lines =
  (rule: TextRule): TextRule =>
  (book, text) =>
    text
      .split('\n')
      .map((line) => (line === '' ? line : rule(book, line)))
      .join('\n');

/** `1: FLOCK  ADVISORY  WRITE 1234 00:1a:5678 0 EOF` (kernel fs/locks.c lock_get_status). */
const LOCK_FIELD =
  /^(?:|\d+:|->|POSIX|FLOCK|OFDLCK|LEASE|DELEG|ADVISORY|MANDATORY|BREAKING|BREAKER|ACTIVE|READ|WRITE|UNLCK|RW|-?\d+|[0-9a-f]+:[0-9a-f]+:\d+|<none>:0|EOF)$/;

/** Words of the kernel's md driver, and its names of disks and arrays (drivers/md/md.c). */
const MDSTAT_WORD =
  /^(?:Personalities|active|inactive|broken|auto|read|only|raid\d+|linear|blocks|super|level|chunk|algorithm|near|far|offset|copies|recovery|resync|reshape|check|repair|finish|speed|sec|min|bitmap|pages|KB|K|k|unused|devices|none|DELAYED|PENDING|REMOTE|[U_]+|F|S|J|R|md_?d?\d+|(?:sd|vd|xvd)[a-z]{1,3}\d*|nvme\d+n\d+(?:p\d+)?|dm|loop\d+)$/;

/** Kernel names of disks and arrays are nobody’s names, also where the capture has no such device. */
const redactMdstatLine = (book: TokenBook, line: string): string =>
  line.replaceAll(/[A-Za-z_][\w-]*/g, (word) => (MDSTAT_WORD.test(word) ? word : redactName(book, word, 'name')));

/** The same for the kernel and for mdadm.conf, which write it with other separators. */
function redactMdUuid(book: TokenBook, text: string): string {
  const digits = text.replaceAll(/[^0-9a-f]/gi, '').toLowerCase();
  if (digits.length !== 32 || digits.startsWith('0'.repeat(20))) return text;
  const token = book.other('uuid of md', digits, (count) => `${count}`.padStart(32, '0'));
  let at = 0;
  return text.replaceAll(/[0-9a-f]/gi, () => token.charAt(at++));
}

const redactMdadmLine = (book: TokenBook, line: string): string =>
  line
    .split(' ')
    .map((word) => {
      const [, uuid] = /^uuid=(.*)$/i.exec(word) ?? [];
      if (uuid !== undefined) return `UUID=${redactMdUuid(book, uuid)}`;
      return word.startsWith('/') ? redactPath(book, word) : word;
    })
    .join(' ');

const RULES: readonly (readonly [RegExp, TextRule])[] = [
  [/^\/etc\/pve\/nodes\/[^/]+\/(?:qemu-server|lxc)\/[^/]+$|^\/var\/lib\/lxc\/\d+\/config$/, redactGuestConfig],
  [/^\/etc\/pve\/storage\.cfg$/, redactStorageConfig],
  [/^\/etc\/pve\/\.(?:members|vmlist|version)$/, redactClusterJson],
  [/^\/etc\/pve\/datacenter\.cfg$/, lines(keeping(/^(?:next|id|lower|upper)$/))],
  [/^\/etc\/pve\/(?:jobs\.cfg|vzdump\.cron)$/, lines(redactJobLine)],
  [/^\/proc\/mdstat$/, lines(redactMdstatLine)],
  [/^\/proc\/spl\/kstat\/zfs\/[^/]+\/state$/, only(/^[A-Z]+$/gm)],
  [/^\/etc\/pve\/ha\/\w+\.cfg$/, lines(redactHaLine)],
  [/^\/sys\/block\/[^/]+\/md\/array_state$/, only(/^[a-z-]+$/gm)],
  [/^\/sys\/block\/[^/]+\/md\/uuid$/, redactMdUuid],
  [/^\/etc\/(?:mdadm\/)?mdadm\.conf$/, lines(redactMdadmLine)],
  [/^\/sys\/fs\/btrfs\/[^/]+\/devinfo\/\d+\/(?:missing|error_stats)$/, only(/^(?:[a-z]+_errs \d+|[01])$/gm)],
  [/^\/etc\/pve\/replication\.cfg$/, lines(redactReplicationLine)],
  [/\/pve-replication-state\.json$/, redactReplicationState],
  [/^\/var\/log\/pve\/tasks\//, lines(redactTaskLine)],
  [/^\/proc\/sys\/kernel\/hostname$/, (book, text) => redactName(book, text, 'node')],
  [/^\/proc\/sys\/kernel\/osrelease$/, redactKernelRelease],
  [/\/pvecfg\.pm$/, redactPvecfg],
  [/^\/sys\/class\/dmi\/id\//, (book, text) => redactName(book, text, 'name')],
  [/^\/proc\/cpuinfo$/, redactCpuinfo],
  [/^\/proc\/meminfo$/, only(/^(?:MemTotal|MemAvailable): *\d+ kB$/gm)],
  // Who the process is for the kernel, and whether it moves.
  [
    /^\/proc\/\d+\/status$/,
    only(/^(?:(?:(?:PP|P|Tg|NSp|U|G)id|(?:non)?voluntary_ctxt_switches):[\t\d]*|State:\t[A-Z])$/gm),
  ],
  [/^\/proc\/(?:loadavg|uptime)$|\/cgroup\.procs$|\/size$|\.pid$/, lines(fields(/^[-\d./:\t]*$/))],
  [/^\/proc\/\d+\/stat$/, redactStat],
  [/^\/proc\/\d+\/(?:comm|wchan)$/, redactCommand],
  [/^\/proc\/\d+\/cmdline$/, redactCommandLine],
  [/^\/proc\/\d+\/cgroup$/, lines(redactCgroupLine)],
  [/^\/proc\/(?:\d+|self)\/mountinfo$/, lines((book, line) => mountLine(line, mountTokens(book)))],
  [/^\/proc\/locks$/, lines(fields(LOCK_FIELD))],
  [/^\/proc\/net\/unix$/, lines(redactUnixLine)],
  [
    /^\/proc\/net\/fib_trie$/,
    lines(keeping(/^(?:Main|Local|host|link|universe|nowhere|site|LOCAL|UNICAST|BROADCAST|MULTICAST)$/)),
  ],
  [/^\/proc\/net\/if_inet6$/, lines(redactInet6Line)],
  [
    /^\/sys\/(?:class\/(?:iscsi_session|iscsi_connection|nvme)\/[^/]+|block\/[^/]+\/device)\/state$/,
    (_, text) => (/^[A-Za-z_ ()-]{1,40}\n?$/.test(text) ? text : 'x'),
  ],
  [/^\/sys\/block\/[^/]+\/device\/io(?:err|tmo)_cnt$/, (_, text) => (/^0x[0-9a-f]{1,8}\n?$/.test(text) ? text : 'x')],
  [/^\/var\/lib\/pve-doctor\/trend\.txt$/, lines(redactTrendLine)],
  [
    /^\/proc\/drbd$/,
    (book, text) =>
      text
        .split('\n')
        .map((line) => (/^\s*\d+: cs:/.test(line) ? line : line.replace(/^(version: \d+).*$|^.*$/, '$1')))
        .join('\n') || redactText(book, ''),
  ],
  [/^\/sys\/kernel\/debug\/drbd\/.*\/proc_drbd$/, redactDrbdPeer],
  [/^\/sys\/kernel\/debug\/drbd\/.*\/receiver_pid$/, (_, text) => (/^(?:\d+\n)?$/.test(text) ? text : 'x\n')],
  [/^\/sys\/block\/[^/]+\/(?:device\/)?wwid$/, redactWwid],
  [/^\/sys\/block\/[^/]+\/dm\/name$/, lines(redactMangledName)],
  [/^\/sys\/block\/[^/]+\/dm\/uuid$/, lines(redactDmUuid)],
  [/^\/proc\/swaps$|\/loop\/backing_file$|\/udev_path$/, lines(redactBackingLine)],
  [/\/etc\/fstab$/, lines((book, line) => fstabLine(line, mountTokens(book)))],
  [/^\/etc\/crypttab$/, lines((book, line) => crypttabLine(line, deviceTokens(book)))],
  // What is included from elsewhere cannot be followed any more, which is a gap.
  [DEVICE_RESOURCES, lines((book, line) => resourceLine(line, deviceTokens(book), () => '/?'))],
  [/\/saveconfig\.json$/, (book, text) => lioConfig(text, deviceTokens(book))],
  [/\.(?:(?:auto)?mount|swap)$/, (book, text) => mountUnit(text, mountTokens(book))],
];

const deviceTokens =
  (book: TokenBook) =>
  (source: string): string =>
    source.startsWith('/') ? redactPath(book, source) : redactSource(book, source);

/** What may be recorded of it at all, with tokens for its names. */
export function redactFile(book: TokenBook, path: string, text: string): string {
  const rule = RULES.find(([pattern]) => pattern.test(path))?.[1] ?? redactText;
  return rule(book, withoutSecrets(path, text));
}

/** The lines that are read, as far as they are; of any other not even that it was there. */
function redactDrbdPeer(_: TokenBook, text: string): string {
  const shapes = [DRBD_STATE, DRBD_COUNTERS, DRBD_PROGRESS, DRBD_END];
  const kept = text
    .split('\n')
    .flatMap((line) => shapes.flatMap((shape) => shape.exec(line)?.[0] ?? []))
    .map((line) => `${line}\n`);
  return kept.join('') || 'x\n';
}

/** A disk's own name: that it is one, and of what other disks it is the name, must stay; of the three forms, one has room for a token. */
function redactWwid(book: TokenBook, text: string): string {
  const [, name, end = ''] = /^(?:naa|eui|t10)\.([^\n]+)(\n?)$/.exec(text) ?? [];
  return name === undefined ? redactText(book, text) : `t10.${redactName(book, name, 'name')}${end}`;
}

/** What stands beside a name are our own numbers. Names become what they become where the node itself says them. */
function redactTrendLine(book: TokenBook, line: string): string {
  const [, look, bootId = ''] = /^(look [-\dT:.]+Z )([\w-]*)$/.exec(line) ?? [];
  if (look !== undefined) return `${look}${redactText(book, bootId)}`;
  const [, disk, wwid = ''] = /^(disk [\d-]+ [\d-]+ [\d:]+ )(.*)$/.exec(line) ?? [];
  if (disk !== undefined) return `${disk}${wwid === '' ? '' : redactWwid(book, wwid)}`;
  const [, counts, uuid = ''] = /^(map \d+ |pool \d+ \d+ )(.*)$/.exec(line) ?? [];
  if (counts !== undefined) return `${counts}${redactDmUuid(book, uuid)}`;
  const [, vgUuid, vgName = ''] = /^group (\w{32}) (\S+)$/.exec(line) ?? [];
  if (vgUuid !== undefined) return `group ${book.uuid(vgUuid)} ${redactVgName(book, vgName)}`;
  return /^(?:pve-doctor-trend \d+|end)$/.test(line) ? line : redactText(book, line);
}
