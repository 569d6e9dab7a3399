import { everythingIsNew } from '../../src/model/notify/change.ts';
import type { Change } from '../../src/model/notify/message.ts';
import type { Report } from '../../src/model/report/report.ts';

/** Values that others choose: names, paths, output of programs. What we choose (severities, codes, states) stays. */
const OTHERS_TEXT: ReadonlySet<string> = new Set([
  ...[
    'node',
    'toolVersion',
    'source',
    'gradeBecause',
    'notSeen',
    'because',
    'name',
    'id',
    'title',
    'who',
    'what',
    'headline',
    'fact',
    'impact',
  ],
  ...['text', 'commands', 'command', 'user', 'target', 'path', 'kernelName', 'lock', 'reasons', 'entries', 'volumes'],
  ...['leftovers', 'error', 'fstype', 'storeid', 'options', 'hostName', 'pveVersion', 'kernelRelease', 'model'],
  ...['cpuModel', 'problem', 'lvName', 'vgName'],
]);

/** A value in which each text of others is replaced; `at` counts them. */
export function withTexts<T>(value: T, textOf: (original: string, at: number) => string): T {
  let at = 0;
  const replaced = (part: unknown, key: string): unknown => {
    if (typeof part === 'string') return OTHERS_TEXT.has(key) ? textOf(part, at++) : part;
    if (Array.isArray(part)) return part.map((item) => replaced(item, key));
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([name, inner]) => [name, replaced(inner, name)]));
  };
  return replaced(value, '') as T;
}

/** A channel that was told nothing before: everything is fresh. */
export const firstChange = everythingIsNew;

/** A channel that knows all but the first `fresh` findings. */
export const changeSince = (report: Report, fresh: number, change: Partial<Change> = {}): Change => ({
  since: '2026-11-19T02:00:04Z',
  fresh: report.problems.slice(0, fresh),
  standing: report.problems.slice(fresh),
  ...{ changed: [], flapping: [], sight: { lost: [], regained: [] } },
  resolved: report.history?.resolved ?? [],
  notJudged: report.history?.notJudged ?? [],
  ...change,
});
