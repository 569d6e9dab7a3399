import type { Parsed } from '../model/reading.ts';

/**
 * The version of pve-manager from /usr/share/perl5/PVE/pvecfg.pm (pve-manager PVE/pvecfg.pm.in):
 * `sub version_text { return '8.4.1/2a5fa54a8503f96d'; }`, before PVE 6 `5.4-15/d0ec33c6`. Read without running Perl,
 * which takes longer than the whole check.
 */
export function parsePvecfg(text: string): Parsed<string | null> {
  const version = /\bsub version_text\s*\{\s*return\s*'([^'/]+)\//.exec(text)?.[1] ?? null;
  return { value: version, problems: version === null ? ['no version_text with a version'] : [] };
}
