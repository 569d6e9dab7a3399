import { readFileSync } from 'node:fs';

/** Debian's bundle: Mozilla's authorities and those that an administrator added (update-ca-certificates(8)). */
const SYSTEM_BUNDLE = '/etc/ssl/certs/ca-certificates.crt';

/**
 * Whom this node trusts, in place of the list that a runtime brings along, which knows of no authority of the
 * administrator's. null where the node has no such bundle; then the runtime's list holds.
 */
export function systemAuthorities(path: string = SYSTEM_BUNDLE): string | null {
  try {
    const text = readFileSync(path, 'utf8');
    return text.includes('-----BEGIN CERTIFICATE-----') ? text : null;
  } catch {
    return null;
  }
}
