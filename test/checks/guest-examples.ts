import type { Work } from '../../src/model/guests/guest-work.ts';
import type { GuestConfig } from '../../src/model/guests/pve.ts';
import type { Sections } from '../../src/model/snapshot.ts';
import { cluster, guests, running } from './examples.ts';

/** Guests on pve1, and whether anything works on them. */
export const begun = (config: GuestConfig, work: Work = { state: 'idle' }): Partial<Sections> => ({
  ...{ cluster, guests: guests(config), running: running(), guestWork: { on: () => work } },
});
