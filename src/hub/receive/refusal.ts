/** A request that is not taken, as it is answered. Thrown by what reads requests and caught where they are answered. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly status: 400 | 401 | 403 | 404 | 408 | 409 | 413 | 415 | 422 | 429 | 503;
  /** Seconds; null where trying again does not help. */
  readonly retryAfter: number | null;

  constructor(status: Refused['status'], message: string, retryAfter: number | null = null) {
    super(message);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

/** What a refusal says, on a page for people. */
export const sentenceOf = (message: string): string => `${message.slice(0, 1).toUpperCase()}${message.slice(1)}.`;

/** Between 10 and 40 s, so that a fleet that was sent away does not come back in one second. */
export const someSeconds = (chance: () => number): number => 10 + Math.floor(chance() * 30);
