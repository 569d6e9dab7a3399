/** What DRBD 9.2 prints of a volume towards one peer (drbd_debugfs.c peer_device_proc_drbd_show). */
export function drbdPeerText({
  state = 'Established',
  disks = 'UpToDate/UpToDate',
  flags = 'r-----',
  log = 9,
  outOfSync = 0,
  done = '',
}: {
  readonly state?: string;
  readonly disks?: string;
  readonly flags?: string;
  readonly log?: number;
  readonly outOfSync?: number;
  readonly done?: string;
}): string {
  const progress =
    done === '' ? [] : [`\t[=====>....] sync'ed: ${done}% (8192/31744)K`, '\tfinish: 0:00:08 speed: 1 K/sec'];
  return [
    ` 0: cs:${state} ro:Primary/Secondary ds:${disks} C ${flags}`,
    `    ns:5 nr:0 dw:5 dr:5 al:${log} bm:0 lo:0 pe:[0;0] ua:0 ap:[0;0] ep:1 wo:2 oos:${outOfSync}`,
    ...progress,
    '\tblocked on activity log: 0/0/0',
    '',
  ].join('\n');
}
