import { harmlessOptions, harmlessSource } from '../model/mounts/mount-secrets.ts';
import type { ExpectedMount } from '../model/mounts/mounts.ts';
import { withoutSlashes } from './fstab.ts';

/**
 * A systemd mount unit (systemd.mount(5)); null where it does not say what or where. `required`: something starts it, and
 * no condition of its own may keep it from being mounted. The last setting of a name counts, and an empty one takes it back.
 */
export function parseMountUnit(text: string, path: string, required: boolean): ExpectedMount | null {
  const settings = new Map<string, string>();
  let [section, isConditional] = ['', false];
  for (const line of text.replace(/\\\n/g, ' ').split('\n')) {
    const header = /^\[(.+)\]\s*$/.exec(line)?.[1];
    if (header !== undefined) section = header;
    const [, key = '', value = ''] = /^\s*([A-Za-z]+)\s*=(.*)$/s.exec(line) ?? [];
    if (section === 'Unit' && /^(?:Condition|Assert)/.test(key)) isConditional = true;
    if (section === 'Mount' && key !== '') settings.set(key, unquoted(value.trim()));
  }
  const [source = '', target = '', fsType = ''] = ['What', 'Where', 'Type'].map((key) => settings.get(key));
  // A specifier would need systemd to resolve it.
  if (!target.startsWith('/') || /%[^%]/.test(`${source}${target}`)) return null;
  if (source === '') return null;
  return {
    origin: 'unit',
    readFrom: path,
    storeid: null,
    target: withoutSlashes(target),
    source: harmlessSource(source, fsType),
    fsType: fsType === '' ? null : fsType,
    options: harmlessOptions(listOf(settings.get('Options') ?? '')),
    required: required && !isConditional,
  };
}

const unquoted = (value: string): string => (/^"(.*)"$/.exec(value)?.[1] ?? value).replace(/\\x20/g, ' ');

const listOf = (options: string): readonly string[] =>
  options
    .split(',')
    .map((option) => option.trim())
    .filter((option) => option !== '');
