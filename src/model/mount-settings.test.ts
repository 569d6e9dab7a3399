import { describe, expect, it } from 'vitest';
import { DEFAULT_MOUNT_SETTINGS, readMountSettings } from './mount-settings.ts';

describe('readMountSettings', () => {
  it('takes time limits of ProxMenux in seconds, its own names first, flags before all', () => {
    const environment = {
      PROXMENUX_MOUNT_STAT_TIMEOUT: '5',
      PROXMENUX_LXC_EXEC_TIMEOUT: '0.5',
      PVE_DOCTOR_CAPACITY_WARNING: '70',
    };
    expect(readMountSettings(environment, { capacityCritical: 80 })).toEqual({
      settings: { probeTimeoutMs: 5000, containerTimeoutMs: 500, warningPercent: 70, criticalPercent: 80 },
      warnings: [],
    });
  });

  it.each(['soon', '0', '-1', '1e9', '2s', 'NaN'])(
    'says once that %s is no time limit, and goes on with 2 s',
    (value) => {
      const { settings, warnings } = readMountSettings({ PROXMENUX_MOUNT_STAT_TIMEOUT: value }, {});
      expect(settings).toEqual(DEFAULT_MOUNT_SETTINGS);
      expect(warnings).toHaveLength(1);
    },
  );

  it('takes an empty variable for none', () => {
    expect(readMountSettings({ PROXMENUX_LXC_EXEC_TIMEOUT: '' }, {}).warnings).toEqual([]);
  });
});
