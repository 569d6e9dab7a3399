import { splitDmName } from '../model/device-mapper/dm-name.ts';
import { decodeGuestVolume } from '../model/guests/guest-volume.ts';
import { decodePercent } from './perl-text.ts';

/** All that an LV name may hold (lvm2 lib/misc/lvm-string.c _validate_name); so a name is never found inside a longer one. */
const isNameCode = (code: number): boolean =>
  (code >= 97 && code <= 122) ||
  (code >= 48 && code <= 57) ||
  (code >= 65 && code <= 90) ||
  code === 45 ||
  code === 46 ||
  code === 95 ||
  code === 43;

/** A dm name has at most 127 characters (lvm2 DM_NAME_LEN); by-id links add a prefix and a partition. */
const LONGEST = 160;

/** kpartx and udev name a partition `…disk-0p1` or `…disk-0-part1`; the volume beneath is meant too. */
const PARTITION = /^(.*\d)(?:p|-part)\d+$/;

function withWhole(name: string): readonly string[] {
  const whole = PARTITION.exec(name)?.[1];
  return (whole === undefined ? [name] : [name, whole]).filter((candidate) => decodeGuestVolume(candidate) !== null);
}

/** A name ends in a letter or digit (Plugin.pm parse_lvm_name), so punctuation around it is the sentence's. */
const AROUND = /^[+_.-]+|[+_.-]+$/g;

function volumeNamesIn(token: string): readonly string[] {
  const word = token.replace(AROUND, '');
  // In a dm name the hyphens of the volume's name are doubled.
  if (!word.includes('--')) return withWhole(word);
  const lvName = splitDmName(word.startsWith('dm-name-') ? word.slice('dm-name-'.length) : word)?.lvName;
  return lvName === undefined ? withWhole(word) : [...withWhole(word), ...withWhole(lvName)];
}

/** Goes from one `vm-` or `base-` to the next, since every guest's volume has it in its name, and widens it to a word. */
function collect(text: string, marker: string, into: Map<number, readonly string[]>): void {
  for (let at = text.indexOf(marker); at >= 0; ) {
    let start = at;
    let end = at;
    while (start > 0 && isNameCode(text.charCodeAt(start - 1))) start -= 1;
    while (end < text.length && isNameCode(text.charCodeAt(end))) end += 1;
    if (end - start <= LONGEST) into.set(start, volumeNamesIn(text.slice(start, end)));
    at = text.indexOf(marker, end);
  }
}

/** Each guest-volume LV name as often as it stands in a text. */
export function namesIn(text: string): readonly string[] {
  const words = new Map<number, readonly string[]>();
  collect(text, 'vm-', words);
  collect(text, 'base-', words);
  return [...words].sort(([a], [b]) => a - b).flatMap(([, names]) => names);
}

/**
 * Every guest-volume LV name anywhere in a text, each once, in the order of the text; dm names (`pve-vm--100--disk--0`,
 * with or without /dev/mapper/) are decoded to the LV name, and percent-encoded descriptions are read decoded too.
 */
export function rawVolumeNames(text: string): readonly string[] {
  const names = new Set(namesIn(text));
  if (text.includes('%')) for (const name of namesIn(decodePercent(text))) names.add(name);
  return [...names];
}
