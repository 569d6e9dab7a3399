import type { MountRow } from '../../src/model/mounts/judged-mounts.ts';
import type { PoolRow } from '../../src/model/report/report.ts';

/** Test data: not shipped. */

export const healthyMount: MountRow = {
  source: '10.9.0.2:/backup',
  target: '/mnt/pve/backup',
  fstype: 'nfs4',
  options: 'rw,relatime,vers=4.2,hard',
  readonly: false,
  reachable: true,
  error: null,
  errorClass: null,
  serverAnswers: true,
  status: 'ok',
  totalBytes: 1_099_511_627_776,
  usedBytes: 780_653_255_720,
  availableBytes: 318_858_372_056,
  usedPercent: 71,
  usedInodesPercent: 3.2,
  full: 'no',
  readonlyIsMeant: null,
  since: null,
  devNo: '0:40',
  root: '/',
  server: '10.9.0.2:2049',
  configuredIn: ['/etc/pve/storage.cfg, nfs backup'],
  storages: ['backup'],
  guests: [{ vmid: 119, type: 'qemu', name: 'web' }],
  backupJobs: ['nightly'],
  proxmoxManaged: true,
  storeid: 'backup',
  remote: true,
  vmid: null,
  name: null,
  initPid: null,
};

export const staleMount: MountRow = {
  ...healthyMount,
  source: '//nas/media',
  target: '/media',
  fstype: 'cifs',
  reachable: false,
  error: 'no answer within 2 s',
  errorClass: 'timeout',
  serverAnswers: false,
  status: 'stale',
  ...{ devNo: '0:51', server: 'nas:445', configuredIn: ['/etc/fstab, line 3'], full: null },
  ...{ storages: [], guests: [{ vmid: 104, type: 'lxc', name: 'media' }], backupJobs: [] },
  ...{ totalBytes: null, usedBytes: null, availableBytes: null, usedPercent: null, usedInodesPercent: null },
  proxmoxManaged: false,
  storeid: null,
  vmid: 104,
  name: 'media',
  initPid: 350,
};

/** A stale mount whose every text is `text`. */
export const hostileMount = (text: string): MountRow => ({
  ...staleMount,
  source: text,
  target: text,
  fstype: text,
  options: text,
  error: text,
  name: text,
});

export const thinPool: PoolRow = {
  ...{ name: 'pve/data', dataPercent: 41.2, metadataPercent: 3.6 },
  ...{ sizeBytes: 549_755_813_888, vgFreeBytes: 17_179_869_184, vmids: [169, 170] },
};
