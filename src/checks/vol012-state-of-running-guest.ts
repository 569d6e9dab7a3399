import { defineCheck, type Facts, type Found } from '../model/check.ts';
import { reads } from '../model/command/command.ts';
import { SOURCE } from '../model/evidence.ts';
import { busyGuests, tasksOf, untoldWork } from '../model/guests/guest-work.ts';
import type { GuestConfig } from '../model/guests/pve.ts';

export const vol012 = defineCheck({
  code: 'VOL012',
  title: 'running guest with a saved memory state',
  harms: { operation: 'its next start would bring old memory back', housekeeping: 'it takes space' },
  needs: ['guests', 'cluster', 'running', 'guestWork'],
  examine: (facts) =>
    withState(facts).flatMap(({ config, state }) =>
      isSuspended(config) && facts.guestWork.on(config).state !== 'idle' ? [] : [findingFor(config, state)],
    ),
  unjudged: (facts) => [
    ...untoldWork(facts.guestWork, suspendedOnes(facts), 'this node'),
    ...busyGuests(facts.guestWork, suspendedOnes(facts)),
  ],
  notCompared: (facts) => untoldWork(facts.guestWork, suspendedOnes(facts), 'others'),
});

/** Guests that run here and whose configuration names a saved memory. */
function withState({ guests, cluster, running }: Facts<'guests' | 'cluster' | 'running'>) {
  const runningIds = new Set(running.guests.filter(({ incoming }) => !incoming).map(({ vmid }) => vmid));
  return guests.configs
    .filter(({ node, vmid }) => node === cluster.nodeName && runningIds.has(vmid))
    .flatMap((config) => {
      const state = stateOf(config);
      return state === null ? [] : [{ config, state }];
    });
}

const suspendedOnes = (facts: Facts<'guests' | 'cluster' | 'running'>): readonly GuestConfig[] =>
  withState(facts).flatMap(({ config }) => (isSuspended(config) ? [config] : []));

const isSuspended = ({ lock }: GuestConfig): boolean => lock === 'suspended' || lock === 'suspending';

/** `vmstate:` of the guest itself, which suspending to disk writes and resuming takes away. */
function stateOf({ mentions }: GuestConfig): string | null {
  const target = mentions.find(
    ({ key, section, certainty }) => key === 'vmstate' && section === 'current' && certainty === 'certain',
  )?.target;
  return target?.kind === 'volid' ? `${target.storeid}:${target.volname}` : null;
}

function findingFor(config: GuestConfig, state: string): Found {
  const { vmid, lock, path } = config;
  const isLocked = isSuspended(config);
  return {
    harm: isLocked ? 'operation' : 'housekeeping',
    subject: { kind: 'vmid', id: String(vmid) },
    title: `Guest ${vmid} runs, and its configuration still has the memory that was saved when it was suspended`,
    headline: isLocked
      ? 'runs although it is marked as suspended: its next start would bring back old memory over newer disks'
      : `runs, and still keeps its saved memory (${state})`,
    evidence: [
      { fact: `vmstate: ${state}${isLocked ? `, lock: ${lock}` : ''}`, source: path },
      { fact: `guest ${vmid} runs`, source: SOURCE.running },
    ],
    impact: isLocked
      ? 'Proxmox VE resumes a guest with this lock from the saved memory. What its file systems believe then is older than what stands on its disks, which damages them.'
      : 'The volume takes the space of its memory: resuming was not finished.',
    remedy: {
      text: isLocked
        ? 'Look once more: no task of it may run, and it must still be running; of a guest that is stopped the saved memory is all that it had in mind. Only then take the lock away (`qm unlock`), so that it starts anew and not from the saved memory. Remove the line `vmstate` only after that.'
        : 'Find out that nobody wants the saved memory. Without the line `vmstate` no configuration names its volume any more; the volume stays.',
      commands: isLocked ? [tasksOf(vmid), reads('qm', 'status', String(vmid))] : [reads('qm', 'config', String(vmid))],
    },
    vmid,
  };
}
