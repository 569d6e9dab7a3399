import { readFileSync } from 'node:fs';

/** The Debian release of this guest: 11, 12 or 13. */
export const DEBIAN = Number.parseInt(readFileSync('/etc/debian_version', 'utf8'), 10);
