/** What became of one command. A command never throws for what it did. */
export interface CommandResult {
  readonly argv: readonly string[];
  readonly outcome: 'exited' | 'killed' | 'timed-out' | 'not-found' | 'denied' | 'failed';
  /** Exit status; null unless `exited`. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The output was longer than the limit and is cut. */
  readonly truncated: boolean;
  readonly durationMs: number;
}
