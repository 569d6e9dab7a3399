import type { LvmSettingsPrint } from '../model/cluster/node-record.ts';
import type { Parsed } from '../model/reading.ts';

/**
 * `lvmconfig --typeconfig full`: sections in braces, `name=value` a line, and arrays in brackets (lvm2 libdm/libdm-config.c). A
 * setting that has no default and is not set is left out (`activation/auto_activation_volume_list`).
 */
export function parseLvmSettings(text: string): Parsed<Omit<LvmSettingsPrint, 'devices'>> {
  const values = new Map<string, string>();
  let section = '';
  for (const line of text.split('\n')) {
    const opened = /^\s*(\w+)\s*\{$/.exec(line)?.[1];
    if (opened !== undefined) section = opened;
    const [, name, value] = /^\s*(\w+)=(.*)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) values.set(`${section}/${name}`, value.slice(0, 1024));
  }
  const listOf = (name: string): string => values.get(name) ?? '';
  const flagOf = (name: string): boolean | null => {
    const value = values.get(name);
    return value === '1' ? true : value === '0' ? false : null;
  };
  return {
    value: {
      filter: listOf('devices/filter'),
      globalFilter: listOf('devices/global_filter'),
      useDevicesFile: flagOf('devices/use_devicesfile'),
      eventActivation: flagOf('global/event_activation'),
      autoActivationVolumes: listOf('activation/auto_activation_volume_list'),
    },
    problems: text.endsWith('}\n') && values.size > 0 ? [] : ['not the whole configuration of LVM'],
  };
}

/**
 * /etc/lvm/devices/system.devices: `IDTYPE=sys_wwid IDNAME=naa.… DEVNAME=/dev/sda PVID=…` a line (lvm2 lib/device/device_id.c).
 * The name of a device differs from boot to boot, and from node to node.
 */
export const parseDevicesFile = (text: string): readonly string[] =>
  text
    .split('\n')
    .flatMap((line) => {
      const [, type, name] = /^IDTYPE=(\S+) IDNAME=(\S+)/.exec(line) ?? [];
      return type === undefined || name === undefined ? [] : [`${type} ${name.slice(0, 200)}`];
    })
    .sort();
