import type { MountReport } from '../model/mounts/mount-report.ts';

/** As long as ProxMenux keeps its own. */
const KEPT_MS = 60_000;

/**
 * For long-running callers that are asked every few seconds: reads at most once a minute, and only once at a time.
 * `force` reads anew. A command of one shot always does.
 */
export function cachedMounts(
  read: () => Promise<MountReport>,
  elapsedMs: () => number,
): (options?: { readonly force?: boolean }) => Promise<MountReport> {
  let kept: { readonly at: number; readonly report: MountReport } | null = null;
  let underWay: Promise<MountReport> | null = null;
  return async ({ force = false } = {}) => {
    if (!force && kept !== null && elapsedMs() - kept.at < KEPT_MS) return kept.report;
    underWay ??= read().finally(() => {
      underWay = null;
    });
    const report = await underWay;
    kept = { at: elapsedMs(), report };
    return report;
  };
}
