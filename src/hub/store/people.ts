/** Who may look, since when, and what they did; and small values that hubs share. */

export type Role = 'viewer' | 'operator' | 'admin';

export interface UserRow {
  readonly id: string;
  /** Unique together with `realm`. */
  readonly name: string;
  readonly realm: 'local' | 'oidc' | 'pve';
  readonly role: Role;
  /** scrypt, as `login/password.ts` writes it; null where somebody else checks it. */
  readonly passwordHash: string | null;
  readonly createdAt: string;
  readonly lastLoginAt: string | null;
}

export interface SessionRow {
  /** SHA-256 of the cookie's value. */
  readonly hash: string;
  readonly userId: string;
  readonly createdAt: string;
  readonly expiresAt: string;
}

export interface AuditRow {
  readonly at: string;
  readonly who: string;
  /** `login`, `acknowledge`, `revoke-node`, … */
  readonly action: string;
  readonly detail: string;
}

export interface Accounts {
  readonly addUser: (user: Omit<UserRow, 'id' | 'lastLoginAt'>) => Promise<UserRow | 'taken'>;
  readonly user: (realm: UserRow['realm'], name: string) => Promise<UserRow | null>;
  readonly users: () => Promise<readonly UserRow[]>;
  /** A new password ends all sessions of that user. */
  readonly changeUser: (
    id: string,
    change: { readonly role?: Role; readonly passwordHash?: string; readonly lastLoginAt?: string },
  ) => Promise<boolean>;
  /** With its sessions. */
  readonly removeUser: (id: string) => Promise<boolean>;
  readonly addSession: (session: SessionRow) => Promise<void>;
  readonly session: (
    hash: string,
    now: string,
  ) => Promise<{ readonly session: SessionRow; readonly user: UserRow } | null>;
  /** Those that have not ended, the newest first. */
  readonly sessionsOf: (userId: string, now: string) => Promise<readonly SessionRow[]>;
  /** It is in use: it ends later. Nothing where it has ended. */
  readonly extendSession: (hash: string, expiresAt: string) => Promise<void>;
  readonly endSession: (hash: string) => Promise<void>;
  readonly endSessionsOf: (userId: string) => Promise<void>;
  readonly audit: (row: AuditRow) => Promise<void>;
  /** Newest first. */
  readonly audited: (limit: number) => Promise<readonly AuditRow[]>;
  /** Small values that all hubs over one database share: a one-time link, the time of the last upkeep. null: not there. */
  readonly setting: (name: string) => Promise<string | null>;
  /** Writes it where it is `was`; false where somebody else was faster. */
  readonly changeSetting: (name: string, was: string | null, value: string | null) => Promise<boolean>;
}
