import type { MountRow } from '../../src/model/mounts/judged-mounts.ts';

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
  ...{ totalBytes: null, usedBytes: null, availableBytes: null, usedPercent: null, usedInodesPercent: null },
  proxmoxManaged: false,
  storeid: null,
  vmid: 104,
  name: 'media',
  initPid: 350,
};
