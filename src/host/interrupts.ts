import { readFileSync, writeSync } from 'node:fs';
import { constants } from 'node:os';
import { type Unchanged, unchanged } from '../model/repair/journal.ts';

/** Signals that end this program, and the exit status that says so. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

export type Interrupt = keyof typeof SIGNALS;

/**
 * Ends this process by itself when one comes, so that the children that it has started end with it: the default would leave
 * them behind, on a dead mount for ever, when an ssh session breaks.
 */
export function endOnSignals(): void {
  for (const signal of heededSignals()) process.on(signal, () => process.exit(SIGNALS[signal]));
}

/** Those that whoever started this has not switched off: nohup(1) means what it says. */
function heededSignals(): readonly Interrupt[] {
  const ignored = ignoredSignals();
  const isIgnored = (signal: Interrupt) => ((ignored >> BigInt(constants.signals[signal] - 1)) & 1n) === 1n;
  return (Object.keys(SIGNALS) as Interrupt[]).filter((signal) => !isIgnored(signal));
}

/** One bit each, the lowest one for signal 1 (proc_pid_status(5), SigIgn). */
function ignoredSignals(): bigint {
  try {
    const [, bits = '0'] = /^SigIgn:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    return BigInt(`0x${bits}`);
  } catch {
    return 0n;
  }
}

export interface HeldInterrupts {
  /** The signal that came meanwhile. */
  readonly caught: () => Caught | null;
  /** Settles when the first one comes. */
  readonly arrived: Promise<void>;
  readonly release: () => void;
}

interface Caught {
  readonly signal: Interrupt;
  readonly exitCode: number;
}

/** What the whole process knows of signals, since they reach the process and no part of it. */
const state: {
  caught: Caught | null;
  isStepOpen: boolean;
  wasStopped: boolean;
  /** Ends what a step does before its command. */
  giveUp: (() => void) | null;
} = { caught: null, isStepOpen: false, wasStopped: false, giveUp: null };

/**
 * Keeps signals from ending the process until they are released: a change of the node is never left without its outcome
 * on record. Whoever holds them looks at `caught` between two changes.
 */
export function holdInterrupts(): HeldInterrupts {
  state.caught = null;
  let arrive: () => void = () => undefined;
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const restore = heededSignals().map((signal) => {
    const others = process.listeners(signal);
    const listener = () => {
      state.caught ??= { signal, exitCode: SIGNALS[signal] };
      if (state.giveUp !== null) state.giveUp();
      else if (state.isStepOpen) say('the command of this step runs; it ends first, then the run stops');
      arrive();
    };
    process.removeAllListeners(signal);
    process.on(signal, listener);
    return () => {
      process.removeListener(signal, listener);
      for (const other of others) process.on(signal, other);
    };
  });
  return {
    caught: () => state.caught,
    arrived,
    release: () => {
      for (const put of restore) put();
      state.caught = null;
    },
  };
}

/** Whether commands that read are started apart from the terminal, whose keys would end them. */
export const isStepOpen = (): boolean => state.isStepOpen;

/**
 * Does the work of one step. Meanwhile no key of the terminal ends a command that reads, and Ctrl-Z does not stop this
 * process, which holds a guest's lock.
 */
export async function withStepOpen<T>(work: () => Promise<T>): Promise<T> {
  const refuse = () => say('this step ends first; it cannot be stopped in the middle');
  const resume = () => {
    state.wasStopped = true;
  };
  process.on('SIGTSTP', refuse);
  process.on('SIGCONT', resume);
  Object.assign(state, { isStepOpen: true, wasStopped: false });
  try {
    return await work();
  } finally {
    state.isStepOpen = false;
    process.removeListener('SIGTSTP', refuse);
    process.removeListener('SIGCONT', resume);
  }
}

/**
 * Does what changes nothing, until a signal comes or the time is over, whatever it waits for: what it does later is nobody's any more.
 */
export async function beforeCommand<T>(work: () => Promise<T>, limitMs: number): Promise<T | Unchanged> {
  let timer: NodeJS.Timeout | undefined;
  const stopped = new Promise<Unchanged>((resolve) => {
    const interrupt = () => resolve(interrupted());
    if (state.caught !== null) interrupt();
    state.giveUp = interrupt;
    const seen = `what has to be known before the command was not read within ${limitMs / 1000} s`;
    timer = setTimeout(() => resolve(unchanged('failed', seen)), limitMs);
  });
  try {
    return await Promise.race([stopped, work()]);
  } finally {
    clearTimeout(timer);
    state.giveUp = null;
  }
}

const interrupted = (): Unchanged => unchanged('interrupted', `interrupted by ${state.caught?.signal ?? 'a signal'}`);

/** Why the step that is open must not act; null when nothing speaks against it. */
export async function whyNotAct(): Promise<Unchanged | null> {
  // A process that goes on has its signals delivered in the next turn, whatever else it waited for.
  await new Promise((resolve) => setImmediate(resolve));
  if (state.wasStopped)
    return unchanged('interrupted', 'this run was stopped for a while, so what it had read may be old');
  return state.caught === null ? null : interrupted();
}

/** To the terminal, at once; where it is gone nobody is left to be told. */
function say(sentence: string): void {
  try {
    writeSync(2, `\npve-doctor: ${sentence}\n`);
  } catch {
    // It is gone.
  }
}
