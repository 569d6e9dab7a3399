import { readFileSync } from 'node:fs';
import { constants } from 'node:os';

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
  readonly caught: () => { readonly signal: Interrupt; readonly exitCode: number } | null;
  /** Settles when the first one comes. */
  readonly arrived: Promise<void>;
  readonly release: () => void;
}

/**
 * Keeps signals from ending the process until they are released: a change of the node is never left without its outcome
 * on record. Whoever holds them looks at `caught` between two changes.
 */
export function holdInterrupts(): HeldInterrupts {
  let caught: { readonly signal: Interrupt; readonly exitCode: number } | null = null;
  let arrive: () => void = () => undefined;
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const restore = heededSignals().map((signal) => {
    const others = process.listeners(signal);
    const listener = () => {
      caught ??= { signal, exitCode: SIGNALS[signal] };
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
    caught: () => caught,
    arrived,
    release: () => {
      for (const put of restore) put();
    },
  };
}
