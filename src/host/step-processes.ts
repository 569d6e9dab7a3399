import { readdirSync, readFileSync } from 'node:fs';
import type { StepProcess } from '../model/repair/journal.ts';
import { processFields } from './process-fields.ts';

/** What a command that changes the node has in its environment, so that it is known again whatever became of us. */
export const STEP_VARIABLE = 'PVE_DOCTOR_STEP';

/** LVM may start these, and they stay for good; they are not the step (lvm2 daemons/dmeventd, lvmpolld). */
export const DAEMONS = ['dmeventd', 'lvmpolld'] as const;

/** What the kernel calls the process that waits for the command and holds the locks meanwhile (keeper.ts): at most 15 characters. */
export const KEEPER = 'pve-doctor-keep';

/** Field 22 of proc_pid_stat(5); those behind the name begin with the third. */
const startOf = (pid: number): number => Number(processFields(pid)[19]);

/**
 * The processes that a step started and that live, the command first. Root alone can see them. Of those that are older than
 * `since` nothing is read: an environment waits for the memory of its process, which one that is stuck may never give.
 */
export function stepProcesses(token: string, since = 0): readonly StepProcess[] {
  const wanted = `\0${STEP_VARIABLE}=${token}\0`;
  const found = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const startTicks = startOf(Number(name));
        if (!(startTicks >= since)) return [];
        if (!`\0${readFileSync(`/proc/${name}/environ`, 'latin1')}`.includes(wanted)) return [];
        const command = readFileSync(`/proc/${name}/comm`, 'utf8').trim();
        const words = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\n', 1).join().replaceAll('\0', ' ');
        return [{ pid: Number(name), startTicks, commandLine: words.trim().slice(0, 200), command }];
      } catch {
        // It has ended, or is another user's.
        return [];
      }
    })
    .filter(({ command }) => !DAEMONS.some((daemon) => daemon === command));
  const rank = ({ command }: { readonly command: string }) => (command === KEEPER ? 1 : 0);
  return found
    .sort((a, b) => rank(a) - rank(b) || a.pid - b.pid)
    .map(({ pid, startTicks, commandLine }) => ({ pid, startTicks, commandLine }));
}

/** When this process started, in ticks. */
export const ownStart = (): number => startOf(process.pid);

/** Of a step that this process began. */
export const ownStepProcesses = (token: string): readonly StepProcess[] => stepProcesses(token, ownStart());

/** Another one after each start of the machine; empty where the kernel does not say. */
export function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}
