/**
 * Device-mapper names of LVM volumes, decoded exactly. A name is quote(VG) `-` quote(LV) [ `-` quote(layer) ] where
 * quote doubles every hyphen (lvm2 libdm/libdm-string.c dm_build_dm_name, dm_split_lvm_name). No VG or LV name starts
 * with a hyphen, so a run of k hyphens is k/2 literal ones, followed by a separator when k is odd.
 */

export interface LvmDmName {
  readonly vgName: string;
  readonly lvName: string;
  /** `real`, `cow`, `tpool`, …; empty for the volume itself. For a hand-made name, whatever stands there (`dup`). */
  readonly layer: string;
}

/** Splits a dm name; null when it has no LV part, so that it cannot be a volume's name. */
export function splitDmName(name: string): LvmDmName | null {
  const parts: string[] = [];
  let part = '';
  let at = 0;
  while (at < name.length) {
    const hyphen = name.indexOf('-', at);
    if (hyphen < 0) break;
    let end = hyphen + 1;
    while (name.charAt(end) === '-') end += 1;
    part += name.slice(at, hyphen) + '-'.repeat(Math.floor((end - hyphen) / 2));
    if ((end - hyphen) % 2 === 1) {
      parts.push(part);
      part = '';
    }
    at = end;
  }
  const [vgName = '', lvName = '', ...layer] = [...parts, part + name.slice(at)];
  if (vgName === '' || lvName === '') return null;
  return { vgName, lvName, layer: layer.join('-') };
}

const quote = (name: string): string => name.replaceAll('-', '--');

/** The dm name that LVM gives a volume; the inverse of splitDmName for LVM's own names. */
export const buildDmName = (vgName: string, lvName: string, layer = ''): string =>
  [vgName, lvName, ...(layer === '' ? [] : [layer])].map(quote).join('-');

/** An entry as people write it: `san/vm-100-disk-0` for LVM's `san-vm--100--disk--0`; any other name as it stands. */
export function plainName({ name, uuid }: { readonly name: string; readonly uuid: string }): string {
  const split = uuid.startsWith('LVM-') ? splitDmName(name) : null;
  return split === null ? name : `${split.vgName}/${split.lvName}${split.layer === '' ? '' : `-${split.layer}`}`;
}
