import type { Datacenter } from '../model/guests/pve.ts';
import type { Parsed } from '../model/reading.ts';
import { trimBlanks, wordLength } from './perl-text.ts';
import { parsePropertyString, propertySchema } from './property-string.ts';

/**
 * /etc/pve/datacenter.cfg: `key: value` lines, the last of a key wins (pve-common src/PVE/JSONSchema.pm parse_config;
 * pve-cluster src/PVE/DataCenterConfig.pm $next_id_format). Its `min` and `max` are no words of that schema, so any
 * integer is accepted.
 */

const NEXT_ID = propertySchema({
  lower: { type: 'integer', optional: true },
  upper: { type: 'integer', optional: true },
});

export const DEFAULT_DATACENTER: Datacenter = { nextIdLower: 100, nextIdUpper: 1_000_000 };

export function parseDatacenterCfg(text: string): Parsed<Datacenter> {
  const value = lastValue(text, 'next-id');
  if (value === null || value === '' || value === '0') return { value: DEFAULT_DATACENTER, problems: [] };
  const parsed = parsePropertyString(NEXT_ID, value);
  if (!parsed.accepted) return { value: DEFAULT_DATACENTER, problems: [`PVE ignores next-id: ${parsed.because}`] };
  const { nextIdLower, nextIdUpper } = DEFAULT_DATACENTER;
  return {
    value: {
      nextIdLower: boundary(parsed.values.get('lower'), nextIdLower),
      nextIdUpper: boundary(parsed.values.get('upper'), nextIdUpper),
    },
    problems: [],
  };
}

/** Within what a number holds exactly, so that counting on from it ends. */
const boundary = (text: string | undefined, byDefault: number): number =>
  text === undefined ? byDefault : Math.max(-Number.MAX_SAFE_INTEGER, Math.min(Number(text), Number.MAX_SAFE_INTEGER));

/** `^(\S+?):\s*(.*)$` of a trimmed line: the key ends at its first colon. */
function lastValue(text: string, key: string): string | null {
  let last: string | null = null;
  for (const raw of text.split('\n')) {
    const line = trimBlanks(raw);
    if (line.startsWith('#')) continue;
    const colon = line.indexOf(':', 1);
    if (colon < 0 || colon > wordLength(line)) continue;
    if (line.slice(0, colon) === key) last = trimBlanks(line.slice(colon + 1));
  }
  return last;
}
