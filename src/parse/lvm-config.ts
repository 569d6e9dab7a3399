import type { LvmSettingsPrint } from '../model/cluster/node-record.ts';
import type { Autoextend } from '../model/lvm/autoextend.ts';
import type { Parsed } from '../model/reading.ts';
import { wholeNumber } from './complete-lines.ts';

/**
 * `lvmconfig --typeconfig full`: sections in braces, `name=value` a line, and arrays in brackets (lvm2 libdm/libdm-config.c). A
 * setting that has no default and is not set is left out (`activation/auto_activation_volume_list`).
 */
function lvmConfig(text: string): Parsed<ReadonlyMap<string, string>> {
  const values = new Map<string, string>();
  let section = '';
  for (const line of text.split('\n')) {
    const opened = /^\s*(\w+)\s*\{$/.exec(line)?.[1];
    if (opened !== undefined) section = opened;
    const [, name, value] = /^\s*(\w+)=(.*)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) values.set(`${section}/${name}`, value.slice(0, 1024));
  }
  return {
    value: values,
    problems: text.endsWith('}\n') && values.size > 0 ? [] : ['not the whole configuration of LVM'],
  };
}

const flagOf = (value: string | undefined): boolean | null => (value === '1' ? true : value === '0' ? false : null);

export function parseLvmSettings(text: string): Parsed<Omit<LvmSettingsPrint, 'devices'>> {
  const { value: values, problems } = lvmConfig(text);
  const listOf = (name: string): string => values.get(name) ?? '';
  return {
    value: {
      filter: listOf('devices/filter'),
      globalFilter: listOf('devices/global_filter'),
      useDevicesFile: flagOf(values.get('devices/use_devicesfile')),
      eventActivation: flagOf(values.get('global/event_activation')),
      autoActivationVolumes: listOf('activation/auto_activation_volume_list'),
    },
    problems,
  };
}

/** All three have defaults, so LVM prints them always (lvm2 lib/config/config_settings.h). */
export function parseAutoextend(text: string): Parsed<Autoextend> {
  const { value: values, problems } = lvmConfig(text);
  const threshold = wholeNumber(values.get('activation/thin_pool_autoextend_threshold') ?? '');
  const percent = wholeNumber(values.get('activation/thin_pool_autoextend_percent') ?? '');
  const monitoring = flagOf(values.get('activation/monitoring'));
  const isWhole = threshold !== null && percent !== null && monitoring !== null;
  return {
    value: {
      thinPoolAutoextendThreshold: threshold ?? 100,
      thinPoolAutoextendPercent: percent ?? 0,
      monitoring: monitoring ?? false,
    },
    problems: isWhole ? problems : [...problems, 'it does not say whether thin pools are extended'],
  };
}
