import { hasLostBytes } from '../model/believable.ts';
import { harmlessOptions, harmlessSource } from '../model/mounts/mount-secrets.ts';
import type { ExpectedMount } from '../model/mounts/mounts.ts';
import { unescapeOctal } from './escaped-bytes.ts';

/**
 * The file systems of an fstab (fstab(5)), remote or not; swap has no mount point. A line with `noauto` or an automount says how to mount on demand; it
 * is kept for its options, and not required. Text that is no such line is passed over, as mount(8) does.
 */
export function parseFstab(text: string, path: string): readonly ExpectedMount[] {
  return text.split('\n').flatMap((line, index) => {
    const [source = '', target = '', fsType = '', options = ''] = line
      .trim()
      .split(/[ \t]+/)
      .map(unescapeOctal);
    // What stood in the place of lost bytes may have been anything.
    const isLost = hasLostBytes(line);
    if (source.startsWith('#') || target === '') return [];
    if (!isLost && !target.startsWith('/')) return [];
    const list = harmlessOptions(options.split(',').filter((option) => option !== ''));
    return [
      {
        origin: 'fstab' as const,
        readFrom: `${path}, line ${index + 1}`,
        storeid: null,
        target: withoutSlashes(isLost ? `/${target}` : target),
        ...{ source: harmlessSource(source, fsType), fsType, options: list },
        required: !isOnDemand(list) && !isLost,
        ...(isLost ? { unclear: `${path}, line ${index + 1}: it holds bytes that are no UTF-8` } : {}),
      },
    ];
  });
}

/** `comment=systemd.automount` is the spelling of before systemd 220. */
const isOnDemand = (options: readonly string[]): boolean =>
  options.some((option) => /^(?:noauto|x-systemd\.automount|comment=systemd\.automount)$/.test(option));

/** `/mnt//nas/` is `/mnt/nas`. */
export const withoutSlashes = (path: string): string => path.replace(/\/+/g, '/').replace(/(?!^)\/$/, '');

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
