import type { Role } from '../store/people.ts';

/** What every page knows besides its rows. */
export interface PageContext {
  /** By the hub's clock. */
  readonly now: string;
  /** Path and query of this page. */
  readonly path: string;
  /** Who is logged in; null on the pages before it. */
  readonly viewer: { readonly name: string; readonly role: Role } | null;
  /** Stands in every form; empty where there is no session of the hub's own to end. */
  readonly csrf: string;
  /** Since when the database does not answer; null where it does. */
  readonly awaySince: string | null;
  /** Nodes that were not heard since then are silent. */
  readonly silentBefore: string;
}
