import {
  redactClusterJson,
  redactCronLine,
  redactDatacenterLine,
  redactJobLine,
  redactTaskLine,
} from './cluster-text.ts';
import { redactText } from './free-text.ts';
import { redactGuestConfig } from './guest-config.ts';
import { redactCpuinfo, redactKernelRelease, redactMeminfo, redactPvecfg } from './machine-text.ts';
import { redactFstabLine, redactMountinfoLine, redactSource, redactUnitLine } from './mount-text.ts';
import { redactDmUuid, redactMangledName, redactName } from './names.ts';
import {
  redactCgroupLine,
  redactCommand,
  redactCommandLine,
  redactInet6Line,
  redactLockLine,
  redactRouteLine,
  redactStat,
  redactStatus,
  redactSwapLine,
  redactUnixLine,
} from './process-text.ts';
import { redactStorageConfig } from './storage-config.ts';
import type { TokenBook } from './token-book.ts';
import { NOTHING } from './vocabulary.ts';

/** How the text of each file is redacted; of any other, everything but words that everybody has. */

type TextRule = (book: TokenBook, text: string) => string;

const lines =
  (rule: TextRule): TextRule =>
  (book, text) =>
    text
      .split('\n')
      .map((line) => (line === '' ? line : rule(book, line)))
      .join('\n');

/** Numbers and blanks only; anything else is foreign. */
const numbers: TextRule = (book, text) => (/^[-\d\s./:]*$/.test(text) ? text : redactText(book, text));

const nodeName: TextRule = (book, text) => redactName(book, text, 'node', NOTHING);

const RULES: readonly (readonly [RegExp, TextRule])[] = [
  [/^\/etc\/pve\/nodes\/[^/]+\/(?:qemu-server|lxc)\/[^/]+$|^\/var\/lib\/lxc\/\d+\/config$/, redactGuestConfig],
  [/^\/etc\/pve\/storage\.cfg$/, redactStorageConfig],
  [/^\/etc\/pve\/\.(?:members|vmlist|version)$/, redactClusterJson],
  [/^\/etc\/pve\/datacenter\.cfg$/, lines(redactDatacenterLine)],
  [/^\/etc\/pve\/jobs\.cfg$/, lines(redactJobLine)],
  [/^\/etc\/pve\/vzdump\.cron$/, lines(redactCronLine)],
  [/^\/var\/log\/pve\/tasks\//, lines(redactTaskLine)],
  [/^\/proc\/sys\/kernel\/hostname$/, nodeName],
  [/^\/proc\/sys\/kernel\/osrelease$/, redactKernelRelease],
  [/\/pvecfg\.pm$/, redactPvecfg],
  [/^\/sys\/class\/dmi\/id\//, (book, text) => redactName(book, text, 'name', NOTHING)],
  [/^\/proc\/cpuinfo$/, redactCpuinfo],
  [/^\/proc\/meminfo$/, redactMeminfo],
  [/^\/proc\/(?:loadavg|uptime)$|\/cgroup\.procs$|\/size$|\.pid$/, numbers],
  [/^\/proc\/\d+\/stat$/, redactStat],
  [/^\/proc\/\d+\/status$/, redactStatus],
  [/^\/proc\/\d+\/(?:comm|wchan)$/, redactCommand],
  [/^\/proc\/\d+\/cmdline$/, redactCommandLine],
  [/^\/proc\/\d+\/cgroup$/, lines(redactCgroupLine)],
  [/^\/proc\/(?:\d+|self)\/mountinfo$/, lines(redactMountinfoLine)],
  [/^\/proc\/swaps$/, lines(redactSwapLine)],
  [/^\/proc\/locks$/, lines(redactLockLine)],
  [/^\/proc\/net\/unix$/, lines(redactUnixLine)],
  [/^\/proc\/net\/fib_trie$/, lines(redactRouteLine)],
  [/^\/proc\/net\/if_inet6$/, lines(redactInet6Line)],
  [/^\/sys\/block\/[^/]+\/dm\/name$/, lines(redactMangledName)],
  [/^\/sys\/block\/[^/]+\/dm\/uuid$/, lines(redactDmUuid)],
  [/\/loop\/backing_file$|\/udev_path$/, lines(redactBackingPath)],
  [/\/etc\/fstab$/, lines(redactFstabLine)],
  [/\.(?:auto)?mount$/, lines(redactUnitLine)],
];

/** The kernel writes ` (deleted)` behind the path of a file that is gone. */
function redactBackingPath(book: TokenBook, line: string): string {
  const [, path = '', deleted = ''] = /^(.*?)((?: \(deleted\))?)$/s.exec(line) ?? [];
  return `${redactSource(book, path)}${deleted}`;
}

export function redactFile(book: TokenBook, path: string, text: string): string {
  const rule = RULES.find(([pattern]) => pattern.test(path))?.[1];
  return rule === undefined ? redactText(book, text) : rule(book, text);
}
