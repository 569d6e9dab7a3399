import { withoutMountSecrets } from '../model/mounts/mount-secrets.ts';
import type { ExpectedMount } from '../model/mounts/mounts.ts';
import { isRemoteConfigured } from '../model/mounts/remote-filesystems.ts';
import { withoutSlashes } from './fstab.ts';

/**
 * A systemd mount unit (systemd.mount(5)) of a remote file system; null for any other. `required`: something starts it.
 * The last setting of a name counts, and an empty one takes it back.
 */
export function parseMountUnit(text: string, path: string, required: boolean): ExpectedMount | null {
  const settings = new Map<string, string>();
  let section = '';
  for (const line of withoutMountSecrets(text).replace(/\\\n/g, ' ').split('\n')) {
    const header = /^\[(.+)\]\s*$/.exec(line)?.[1];
    if (header !== undefined) section = header;
    const [, key = '', value = ''] = /^\s*([A-Za-z]+)\s*=(.*)$/s.exec(line) ?? [];
    if (section === 'Mount' && key !== '') settings.set(key, unquoted(value.trim()));
  }
  const [source = '', target = '', fsType = ''] = ['What', 'Where', 'Type'].map((key) => settings.get(key));
  // A specifier would need systemd to resolve it.
  if (!target.startsWith('/') || /%[^%]/.test(`${source}${target}`)) return null;
  if (!isRemoteConfigured(fsType, source) && !(fsType === '' && /^[^/\s]+:\/|^\/\//.test(source))) return null;
  return {
    origin: 'unit',
    readFrom: path,
    storeid: null,
    target: withoutSlashes(target),
    source,
    fsType: fsType === '' ? null : fsType,
    options: (settings.get('Options') ?? '').split(',').filter((option) => option !== ''),
    required,
  };
}

const unquoted = (value: string): string => (/^"(.*)"$/.exec(value)?.[1] ?? value).replace(/\\x20/g, ' ');
