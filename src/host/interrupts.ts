/** Signals that end this program, and the exit status that says so. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

export type Interrupt = keyof typeof SIGNALS;

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
  const signals = Object.keys(SIGNALS) as Interrupt[];
  const restore = signals.map((signal) => {
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
