import { read } from '../repo/repository.ts';

/** The capture from whose report the page of a check takes what it shows; behind a space, a name in the title meant. */
const SHOWN_IN: Readonly<Record<string, string>> = {
  CL001: 'cluster-guest-twice',
  CL002: 'cluster-pool-twice',
  CL003: 'cluster-mounted-twice',
  CL004: 'cluster-unlocked',
  CL005: 'cluster-different-group',
  CL006: 'cluster-stale-copy',
  CL007: 'cluster-guest-twice',
  CL008: 'cluster-two-locks',
  CL009: 'cluster-uneven',
  CL010: 'cluster-uneven',
  CL011: 'cluster-uneven',
  CL012: 'cluster-silent',
  CL013: 'cluster-uneven',
  CL014: 'cluster-silent',
  CT001: 'mounts-in-containers',
  CT002: 'mounts-configuration',
  CT003: 'mounts-bound-into-containers',
  CT004: 'mounts-in-containers',
  CT005: 'mounts-bound-into-containers',
  DM001: 'example-node',
  DM002: 'mapping-duplicate',
  DM010: 'example-node vm-888-disk-0',
  DM011: 'orphan-guest-elsewhere',
  DM012: 'example-node vm-169-disk-1',
  DM013: 'example-node vm--169--disk--0',
  DM020: 'stale-table-after-resize',
  DM030: 'suspended-device',
  DM031: 'lun-vanished',
  DM032: 'paths-targets-failing checked',
  DM040: 'partition-map',
  DM050: 'autoactivation',
  ID001: 'example-node 102',
  LV001: 'example-node vm-104-disk-0',
  LV002: 'two-bare-paths',
  LV003: 'nested-proxmox',
  LV010: 'thin-pool-full',
  LV011: 'paths-targets-failing',
  LV012: 'paths-targets-failing',
  LV013: 'paths-wrong-pv-small',
  LV014: 'thin-pool-metadata',
  LV015: 'thin-pool-growing hot',
  LV016: 'thin-pool-autoextend-on past',
  LV017: 'lvm-volumes-missing-one-disk-away',
  LV018: 'lun-vanished',
  PATH001: 'paths-of-a-map-one-path-lost',
  PATH002: 'paths-wrong-other-lun',
  PATH003: 'paths-wrong-bare-path',
  PATH004: 'paths-wrong-one-path-grown',
  PATH005: 'paths-of-a-map-one-path-lost',
  PATH006: 'paths-iscsi-one-portal-silent',
  PATH007: 'paths-iscsi-whole',
  PATH008: 'paths-targets-failing',
  PATH009: 'paths-of-a-map-without-multipathd',
  PATH010: 'trend-of-paths',
  PATH011: 'trend-of-paths',
  PATH012: 'md-degraded',
  PATH013: 'zfs-pool-status fast',
  PATH014: 'btrfs-device-away',
  PATH015: 'zfs-pool-away',
  MNT001: 'mounts-stale',
  MNT002: 'mounts-full-and-read-only',
  MNT003: 'mounts-missing',
  MNT004: 'mounts-missing',
  MNT005: 'mounts-full-and-read-only /mnt/hot',
  MNT006: 'mounts-server-dead-first',
  MNT010: 'mounts-configuration',
  MNT011: 'file-system-errors-met',
  VOL001: 'volumes-left-behind-whole vm-104-disk-0',
  VOL002: 'volumes-left-behind-whole',
  VOL003: 'volumes-left-behind-whole vm-103-disk-9',
  VOL004: 'guests-half-done',
  VOL005: 'guests-half-done',
  VOL006: 'guests-half-done',
  VOL007: 'rbd-left-behind',
  VOL008: 'rbd-left-behind',
  VOL009: 'volumes-left-behind-whole',
  VOL010: 'volumes-left-behind-whole',
  VOL011: 'volumes-left-behind-whole',
  VOL012: 'guests-half-done',
  VOL013: 'guests-half-done',
  VOL014: 'rbd-left-behind',
  VOL015: 'disk-of-two-guests',
  VOL016: 'volumes-under-other-names',
  VOL017: 'volumes-under-other-names',
  VOL018: 'volumes-under-other-names',
  VOL019: 'ha-guest-on-local-storage',
  NODE001: 'pmxcfs-no-quorum',
  NODE002: 'lvm-hangs-first',
};

const isFinding = (line: string): boolean => /^ {2}[A-Z]{2,4}\d{3} {2,}/.test(line);

/** The problem of `code` in the whole report of its capture: its head, and what this one finding says. */
export function excerptOf(code: string): string {
  const [situation = '', name = ''] = SHOWN_IN[code]?.split(' ') ?? [];
  const golden = read(`test/goldens/${situation}.txt`);
  const paragraphs = golden.slice(golden.search(/^\$ pve-doctor \w+ --verbose$/m)).split('\n\n');
  const problems = paragraphs
    .map((text) => text.split('\n'))
    .filter((lines) => lines.some((line) => isOf(line, code) && line.includes(name)));
  const lines = problems.find((one) => isOf(one.find(isFinding) ?? '', code)) ?? problems[0];
  if (lines === undefined) throw new Error(`the report of ${situation} has no ${code} with ${name}`);
  const begin = lines.findIndex((line) => isOf(line, code) && line.includes(name));
  const next = lines.findIndex((line, at) => at > begin && isFinding(line));
  const head = lines.slice(0, lines.findIndex(isFinding));
  return [...head, ...lines.slice(begin, next === -1 ? lines.length : next)].join('\n').trimEnd();
}

const isOf = (line: string, code: string): boolean => isFinding(line) && line.trimStart().startsWith(`${code} `);

/** The page with what its check reports now: the first block of text below "What it reports". */
export function withExcerpt(code: string, page: string): string {
  const [start, end] = [page.indexOf('## What it reports'), page.indexOf('## Cause')];
  const section = page.slice(start, end);
  const block = `\`\`\`text\n${excerptOf(code)}\n\`\`\``;
  const shown = section.includes('```text')
    ? section.replace(/```text\n[\s\S]*?\n```/, () => block)
    : `${section.trimEnd()}\n\n${block}\n\n`;
  return page.slice(0, start) + shown + page.slice(end);
}
