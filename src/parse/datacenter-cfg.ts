import type { Datacenter } from '../model/guests/pve.ts';
import { trimBlanks, wordLength } from './perl-text.ts';

export const DEFAULT_DATACENTER: Datacenter = { nextIdLower: 100, nextIdUpper: 1_000_000 };

/** One item of `lower=100,upper=999` (pve-cluster src/PVE/DataCenterConfig.pm $next_id_format): any integer is accepted. */
const BOUNDARY = /^(lower|upper)=([+-]?\d+)$/;

/**
 * /etc/pve/datacenter.cfg: `key: value` lines, the last of a key wins (pve-common src/PVE/JSONSchema.pm parse_config). With
 * one item that does not fit, PVE ignores all of `next-id`.
 */
export function parseDatacenterCfg(text: string): Datacenter {
  const items = (lastValue(text, 'next-id') ?? '').split(',').filter((item) => trimBlanks(item) !== '');
  const matches = items.flatMap((item) => {
    const [, key, value] = BOUNDARY.exec(item) ?? [];
    return key === undefined ? [] : [[key, Number(value)] as const];
  });
  const values = new Map(matches);
  if (values.size !== items.length) return DEFAULT_DATACENTER;
  return {
    nextIdLower: withinNumbers(values.get('lower') ?? DEFAULT_DATACENTER.nextIdLower),
    nextIdUpper: withinNumbers(values.get('upper') ?? DEFAULT_DATACENTER.nextIdUpper),
  };
}

/** Within what a number holds exactly, so that counting on from it ends. */
const withinNumbers = (value: number): number =>
  Math.max(-Number.MAX_SAFE_INTEGER, Math.min(value, Number.MAX_SAFE_INTEGER));

/** `^(\S+?):\s*(.*)$` of a trimmed line: the key ends at its first colon. */
function lastValue(text: string, key: string): string | null {
  let last: string | null = null;
  for (const raw of text.split('\n')) {
    const line = trimBlanks(raw);
    const colon = line.indexOf(':', 1);
    if (colon < 0 || colon > wordLength(line)) continue;
    if (line.slice(0, colon) === key) last = trimBlanks(line.slice(colon + 1));
  }
  return last;
}
