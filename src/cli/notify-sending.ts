import { liveDoor } from '../channels/door.ts';
import type { Sending } from '../notify/deliver.ts';

/** Sending from this machine, by its clock. */
export const liveSending = (): Sending => ({
  door: liveDoor(),
  now: () => new Date(),
  elapsedMs: () => performance.now(),
  pause: (ms) =>
    new Promise((resolve) => {
      setTimeout(resolve, ms);
    }),
});
