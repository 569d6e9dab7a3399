/** Thrown only for what the user must change; everything else thrown is a bug of ours. Caught in main.ts. */
export class UsageError extends Error {
  readonly exitCode: number;
  constructor(message: string, exitCode = 64) {
    super(message);
    this.name = 'UsageError';
    this.exitCode = exitCode;
  }
}

/** A wrong configuration. EX_CONFIG of sysexits.h, so that a unit or a script can tell it from wrong usage. */
export class ConfigError extends UsageError {
  constructor(message: string) {
    super(message, 78);
    this.name = 'ConfigError';
  }
}

/** Whoever read standard output went away (`| head`): no fault. Thrown, so that what is to be done in any case still is. */
export class ReaderGone extends UsageError {
  constructor() {
    super('nobody reads standard output any more', 0);
    this.name = 'ReaderGone';
  }
}

/** What was thrown, in words: anything can be. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
