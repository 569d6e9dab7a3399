import type { Role } from '../store/people.ts';

/** Each may do what those before it may. */
export const ROLES: readonly Role[] = ['viewer', 'operator', 'admin'];

export const isRole = (text: string): text is Role => ROLES.some((role) => role === text);

export const mayActAs = (role: Role, needed: Role): boolean => ROLES.indexOf(role) >= ROLES.indexOf(needed);

/** Text by which a user of the hub may be called; for local ones. */
export const USER_NAME = /^[a-z0-9][a-z0-9._@-]{0,63}$/;

export const USER_NAME_WORDS =
  'A user name has small letters, digits, ".", "_", "-" and "@", and begins with a letter or digit.';
