/** What became of requests of nodes, since this process began. */
export interface IntakeCounts {
  /** By outcome: `kept`, `known`, `heard`, `other`, `enrolled`, and the status of each refusal. */
  readonly outcomes: ReadonlyMap<string, number>;
  /** From the last byte of the request to the answer, of reports that were taken. */
  readonly seconds: number;
  readonly reports: number;
  readonly bytes: number;
}

export function intakeCounters() {
  const outcomes = new Map<string, number>();
  const sums = { seconds: 0, reports: 0, bytes: 0 };
  return {
    count: (outcome: string): void => {
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    },
    took: (milliseconds: number, bytes: number): void => {
      sums.seconds += milliseconds / 1000;
      sums.reports += 1;
      sums.bytes += bytes;
    },
    read: (): IntakeCounts => ({ outcomes, ...sums }),
  };
}

export type IntakeCounters = ReturnType<typeof intakeCounters>;
