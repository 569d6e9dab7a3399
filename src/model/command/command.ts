import type { Look } from './look.ts';
import { shellWord, shellWords } from './shell-words.ts';

/** A program and its arguments. */
export type Argv = readonly [string, ...string[]];

/**
 * A command for a person to run: a value. What it is made of is decided once, and one place writes the line that every form shows
 * (text, HTML, JSON, mail, cluster, hub).
 */
export type Command = Reads | Changes;

/** It changes nothing, whatever its names mean by the time that it is run. */
export interface Reads {
  readonly kind: 'reads';
  readonly argv: Argv;
  /** Seconds after which it is ended, where it may wait for a disk or a server; null where it cannot hang. */
  readonly limitSeconds: number | null;
}

/** It changes the node, and carries what makes it harmless when it is run hours later. */
export interface Changes {
  readonly kind: 'changes';
  /** One guard for each class. */
  readonly change: ChangeClass;
  /** What it does, as the rest of a sentence that begins with it: `deactivates san/vm-100-disk-0 on this node`. */
  readonly does: string;
  /** When it does that, as the rest of `only while …`: an option of the program holds to it, or the conditions. */
  readonly guard: string;
  /** What is read again right before; each must hold. */
  readonly conditions: readonly Condition[];
  readonly argv: Argv;
  /** What follows at once when that has succeeded. */
  readonly afterwards?: Argv;
  readonly limitSeconds: number | null;
  /** `TERM`: LVM heeds it between its changes only, so that nothing stays suspended. */
  readonly endedBy: 'KILL' | 'TERM';
}

/** Holds where the last program of a pipeline ends with 0; with `prints`, where it prints exactly that. */
export interface Condition {
  readonly pipe: readonly [Argv, ...Argv[]];
  readonly prints?: string;
  readonly limitSeconds: number | null;
}

/** Every class of command that changes something and is printed. */
export type ChangeClass = (typeof CHANGE_CLASSES)[number];

export const CHANGE_CLASSES = [
  'deactivate-volume',
  'remove-device',
  'deactivate-group',
  'refresh-volume',
  'switch-off-autoactivation',
  'extend-snapshot',
  'extend-pool-metadata',
  'resize-physical-volume',
  'rescan-disk',
  'resize-map',
  'log-in',
  'start-mount-unit',
  'unlock-guest',
  'delete-snapshot',
  'clean',
] as const;

/** A command as reports hold it: its line is whole, with guard and limit, quoted for bash. */
export interface PrintedCommand {
  readonly line: string;
  /** null: it only reads. */
  readonly change: ChangeClass | null;
  /** What it does, and when; empty where it only reads. */
  readonly does: string;
  readonly guard: string;
  /** The node that it is for. */
  readonly node: string | null;
}

/** Seconds for what waits for disks, servers or the cluster's file system. */
const LIMITS: Readonly<Record<string, number>> = {
  ...{ lvs: 20, vgs: 20, pvs: 20, lsblk: 10, blkid: 10, blockdev: 10, smartctl: 20, multipath: 20, fuser: 20 },
  ...{ ls: 10, df: 10, stat: 5, showmount: 10, smbclient: 10, rbd: 20, pvesm: 20, zpool: 20, btrfs: 20, mdadm: 10 },
  ...{
    qm: 20,
    pct: 20,
    pvesr: 20,
    pvenode: 20,
    pvecm: 20,
    'ha-manager': 20,
    'qemu-img': 10,
    iscsiadm: 20,
    drbdadm: 20,
    nvme: 20,
  },
};

export const reads = (...argv: Look): Reads => ({
  kind: 'reads',
  argv: [...argv],
  limitSeconds: LIMITS[argv[0]] ?? null,
});

/** The same within a container, which ends it there. */
export const readsInside = (vmid: number, ...argv: Look): Reads => ({
  kind: 'reads',
  argv: ['pct', 'exec', String(vmid), '--', ...limited(LIMITS[argv[0]] ?? null, 'KILL', argv)],
  limitSeconds: 20,
});

/** `ls` in the directory `inside` of the file system `from`, which is mounted once more for this command alone. */
export const readsBeneath = (from: string, inside: string): Reads => ({
  kind: 'reads',
  argv: ['unshare', '-m', 'sh', '-c', 'mount -o bind,ro "$1" /sys && ls -la "/sys/$2"', 'sh', from, inside],
  limitSeconds: 10,
});

/** pve-doctor itself: it reads every fact again before each step, and asks. */
export const cleans = (...args: readonly string[]): Changes => ({
  kind: 'changes',
  change: 'clean',
  does: 'repairs it, after it asked',
  guard: 'every gate holds, which it reads again before each step',
  conditions: [],
  argv: ['pve-doctor', 'clean', ...args],
  limitSeconds: null,
  endedBy: 'TERM',
});

/** What waits for a hard mount or a disk heeds no signal but KILL; and timeout(1) then does not wait for it either. */
const limited = (seconds: number | null, signal: 'KILL' | 'TERM', argv: Argv): Argv => {
  if (seconds === null) return argv;
  return ['timeout', ...(signal === 'KILL' ? ['-s', 'KILL'] : []), String(seconds), ...argv];
};

/** Reading comes before changing, and the order is else that of the text. */
export const readsFirst = (commands: readonly Command[]): readonly Command[] => [
  ...commands.filter(({ kind }) => kind === 'reads'),
  ...commands.filter(({ kind }) => kind === 'changes'),
];

/** `node`: where it belongs; pasted on another one, a command that changes something does nothing. */
export function printed(command: Command, node: string | null): PrintedCommand {
  if (command.kind === 'reads')
    return {
      line: shellWords(limited(command.limitSeconds, 'KILL', command.argv)),
      ...{ change: null, does: '', guard: '', node },
    };
  const { change, does, guard } = command;
  return { line: lineOf(command, node), change, does, guard, node };
}

function lineOf({ change, conditions, argv, afterwards, limitSeconds, endedBy }: Changes, node: string | null): string {
  const here: readonly Condition[] =
    node === null || change === 'clean' ? [] : [{ pipe: [['hostname', '-s']], prints: node, limitSeconds: null }];
  const runs = [argv, ...(afterwards === undefined ? [] : [afterwards])];
  return [
    ...[...here, ...conditions].map(conditionText),
    ...runs.map((one) => shellWords(limited(limitSeconds, endedBy, one))),
  ].join(' && ');
}

/**
 * The limit is around the pipe and the reading of it as well: whoever waits for a disk heeds KILL only when that answers, and holds the
 * pipe open until then. `$0` is what is to be printed, `$@` the arguments.
 */
function conditionText({ pipe, prints, limitSeconds }: Condition): string {
  const [[program, ...args], ...rest] = pipe;
  const then = rest.map((argv) => ` | ${shellWords(argv)}`).join('');
  if (limitSeconds !== null) {
    const reads = `${program} "$@"${then}`;
    const test = prints === undefined ? reads : `[ "$(${reads})" = "$0" ]`;
    return shellWords(limited(limitSeconds, 'KILL', ['sh', '-c', test, prints ?? program, ...args]));
  }
  const text = `${shellWords([program, ...args])}${then}`;
  return prints === undefined ? text : `[ "$(${text})" = ${shellWord(prints)} ]`;
}
