import type { Trend, TrendLook } from '../../src/model/trend/trend.ts';

/** What earlier runs kept, for the tests of checks that compare with it. */

export const NOW = '2026-11-22T12:00:00.000Z';
export const BOOT = '0b7c9d1e-1111-4222-8333-444455556666';

/** A look so many hours ago. */
export const lookOf = (hoursAgo: number, over: Partial<TrendLook> = {}): TrendLook => ({
  takenAt: new Date(Date.parse(NOW) - hoursAgo * 3_600_000).toISOString(),
  bootId: BOOT,
  disks: new Map(),
  maps: new Map(),
  pools: new Map(),
  groups: new Map(),
  ...over,
});

export const trendOf = (...looks: readonly TrendLook[]): Trend => ({ takenAt: NOW, bootId: BOOT, looks });
