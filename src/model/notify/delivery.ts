/** What became of handing one message to one channel. Texts are one printable line and never hold a secret. */
export type Delivery =
  | {
      readonly state: 'sent';
      /** What the other side answered. */
      readonly answer: string;
    }
  | {
      readonly state: 'failed';
      /** Whether the same message may go through later. */
      readonly retry: boolean;
      readonly because: string;
      /** How long the other side asked to be left alone; 0 where it did not say. */
      readonly waitMs: number;
    };

export const sent = (answer: string): Delivery => ({ state: 'sent', answer });

/** Will fail in the same way each time until somebody changes something. */
export const refused = (because: string): Delivery => ({ state: 'failed', retry: false, because, waitMs: 0 });

export const undelivered = (because: string, waitMs = 0): Delivery => ({
  state: 'failed',
  retry: true,
  because,
  waitMs,
});
