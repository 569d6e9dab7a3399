import { type Answer, stop, together } from './answer.ts';
import { activationOf, current, guestOf, kindOf, lockStops, runningStops, workNotes } from './preconditions.ts';
import type { Situation } from './situation.ts';

/** qemu-server src/PVE/QemuServer.pm vm_start, pve-container src/PVE/LXC.pm vm_start: every volume is activated first. */
export function beforeStart(situation: Situation): Answer {
  const guest = guestOf(situation);
  const isVm = kindOf(situation) === 'VM';
  return together(
    { stops: lockStops(situation).filter(() => situation.config.lock !== 'suspended') },
    situation.config.template
      ? {
          stops: [
            stop(
              'it is a template',
              isVm ? "you can't start a vm if it's a template" : "you can't start a CT if it's a template",
            ),
          ],
        }
      : {},
    runningStops(
      situation,
      'it runs already',
      isVm ? `${guest} already running` : `CT ${situation.config.vmid} already running`,
    ),
    activationOf(situation, current(situation)),
    workNotes(situation),
  );
}
