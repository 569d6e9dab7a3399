import { guestPath } from '../model/guests/guest-secrets.ts';
import type { BindEntry, ContainerConfig } from '../model/mounts/mounts.ts';
import { unescapeOctal } from './escaped-bytes.ts';
import { withoutSlashes } from './expected-mounts.ts';

/**
 * What the current section of a container's configuration says of mounts: `mpN` (pve-container src/PVE/LXC/Config.pm
 * classify_mountpoint: a path outside /dev is a bind mount) and raw `lxc.mount.entry` lines (lxc.container.conf(5)).
 * A line that PVE objects to is kept there too.
 */
export function parseContainerConfig(text: string): ContainerConfig {
  const values = new Map<string, string>();
  const entries: string[] = [];
  for (const line of text.split('\n')) {
    if (/^\[/.test(line)) break;
    // Trimmed by hand: a pattern that ends in `(.*?)\s*$` is quadratic in long runs of blanks.
    const entry = /^lxc\.mount\.entry\s*[:=](.*)$/s.exec(line)?.[1];
    const [, key, value = ''] = /^(mp\d+|net\d+):(.*)$/s.exec(line) ?? [];
    if (entry !== undefined) entries.push(entry.trim());
    else if (key !== undefined) values.set(key, value.trim());
  }
  const mountPoints = [...values].flatMap(([key, value]) => (key.startsWith('mp') ? mountPoint(key, value) : []));
  const binds = [...mountPoints.filter(({ source }) => isBind(source)), ...entries.flatMap(rawEntry)];
  return {
    binds: binds.map((bind) => ({ ...bind, source: guestPath(bind.source), target: guestPath(bind.target) })),
    readonlyTargets: mountPoints.filter((entry) => entry.readonly).map(({ target }) => guestPath(target)),
    addresses: [...values].flatMap(([key, value]) => (key.startsWith('net') ? addressesIn(value) : [])),
  };
}

const isBind = (source: string): boolean => source.startsWith('/') && !source.startsWith('/dev/');

function mountPoint(key: string, value: string): readonly BindEntry[] {
  const items = value.split(',').map((item) => item.trim());
  const option = (name: string) => items.find((item) => item.startsWith(`${name}=`))?.slice(name.length + 1);
  const source = option('volume') ?? items.find((item) => item !== '' && !item.includes('='));
  const target = option('mp');
  if (source === undefined || target === undefined) return [];
  const readonly = /^(?:1|on|yes|true)$/i.test(option('ro') ?? '');
  const inside = withoutSlashes(target.startsWith('/') ? target : `/${target}`);
  return [{ key, source: isBind(source) ? withoutSlashes(source) : source, target: inside, readonly }];
}

/** `/mnt/pve/nas mnt/nas none bind,ro,create=dir 0 0`; the target is relative to the container's root. */
function rawEntry(text: string): readonly BindEntry[] {
  const [source = '', target = '', , options = ''] = text.split(/[ \t]+/).map(unescapeOctal);
  const list = options.split(',');
  if (!isBind(source) || target === '' || !(list.includes('bind') || list.includes('rbind'))) return [];
  const inside = withoutSlashes(target.startsWith('/') ? target : `/${target}`);
  const bind = { key: 'lxc.mount.entry', source: withoutSlashes(source), target: inside };
  return [{ ...bind, readonly: list.includes('ro') }];
}

const addressesIn = (value: string): readonly string[] =>
  [...value.matchAll(/(?:^|,)ip6?=([0-9a-fA-F.:]+)(?:\/\d+)?(?=,|$)/g)].map(([, address = '']) => address);
