import { defineCheck, type Found } from '../model/check.ts';
import { idleEvidence, tasksOf, untoldWork } from '../model/guests/guest-work.ts';
import type { GuestConfig, UnfinishedSnapshot } from '../model/guests/pve.ts';

export const vol005 = defineCheck({
  code: 'VOL005',
  title: 'snapshot that was begun and never finished',
  needs: ['guests', 'cluster', 'guestWork'],
  examine: ({ guests, cluster, guestWork }) =>
    begunHere(guests.configs, cluster.nodeName)
      .filter((config) => guestWork.on(config).state === 'idle')
      .flatMap((config) => config.unfinished.map((unfinished) => findingFor(config, unfinished))),
  unjudged: ({ guests, cluster, guestWork }) =>
    untoldWork(guestWork, begunHere(guests.configs, cluster.nodeName), 'this node'),
  notCompared: ({ guests, cluster, guestWork }) =>
    untoldWork(guestWork, begunHere(guests.configs, cluster.nodeName), 'others'),
});

const begunHere = (configs: readonly GuestConfig[], node: string): readonly GuestConfig[] =>
  configs.filter((config) => config.node === node && config.unfinished.length > 0);

function findingFor(config: GuestConfig, { snapshot, state }: UnfinishedSnapshot): Found {
  const { vmid, type, lock } = config;
  const begun = state === 'prepare' ? 'made' : 'deleted';
  const tool = type === 'qemu' ? 'qm' : 'pct';
  return {
    severity: 'warning',
    subject: { kind: 'vmid', id: String(vmid) },
    title: `Snapshot ${snapshot} of guest ${vmid} was to be ${begun}, and that never ended`,
    headline: `cannot go back to snapshot ${snapshot}: it was to be ${begun}, and that never ended`,
    evidence: [{ fact: `snapstate: ${state} in [${snapshot}]`, source: config.path }, ...idleEvidence(config)],
    impact:
      state === 'prepare'
        ? 'Some of its disks may have the snapshot and others not. Proxmox VE refuses to roll back to it.'
        : 'Some of its disks may have lost the snapshot already, and those that have not keep its space. Proxmox VE refuses to roll back to it.',
    remedy: {
      text: 'Look once more: no task of it may run, and the snapshot must still say `snapstate`. Then delete it again. If a disk refuses because it has no such snapshot, its storage tells what is left of it.',
      commands: [
        tasksOf(vmid),
        [tool, 'config', String(vmid), '--snapshot', snapshot],
        ...(lock === '' ? [] : [[tool, 'unlock', String(vmid)]]),
        [tool, 'delsnapshot', String(vmid), snapshot],
      ],
    },
    vmid,
    about: snapshot,
  };
}
