import { splitDmName } from '../model/dm-name.ts';
import { decodeGuestVolume } from '../model/guest-volume.ts';
import { decodePercent } from './perl-text.ts';

/** All that an LV name may hold (lvm2 lib/misc/lvm-string.c _validate_name); so a name is never found inside a longer one. */
const TOKEN = /[A-Za-z0-9+_.-]+/g;

/** A dm name has at most 127 characters (lvm2 DM_NAME_LEN); by-id links add a prefix and a partition. */
const LONGEST = 160;

/** kpartx and udev name a partition `…disk-0p1` or `…disk-0-part1`; the volume beneath is meant too. */
const PARTITION = /(\d)(?:p|-part)\d+$/;

function volumeNamesIn(token: string): readonly string[] {
  // A name ends in a letter or digit (Plugin.pm parse_lvm_name), so punctuation around it is the sentence's.
  const word = token.replace(/^[+_.-]+/, '').replace(/[+_.-]+$/, '');
  const name = word.replace(/^dm-name-/, '');
  const candidates = [name, splitDmName(name)?.lvName ?? ''];
  return [...candidates, ...candidates.map((candidate) => candidate.replace(PARTITION, '$1'))].filter(
    (candidate) => decodeGuestVolume(candidate) !== null,
  );
}

function collect(text: string, into: Set<string>): void {
  for (const [token] of text.matchAll(TOKEN)) {
    if (token.length > LONGEST) continue;
    for (const name of volumeNamesIn(token)) into.add(name);
  }
}

/**
 * Every guest-volume LV name anywhere in a text, each once, in the order of the text; dm names (`pve-vm--100--disk--0`,
 * with or without /dev/mapper/) are decoded to the LV name, and percent-encoded descriptions are read decoded too.
 */
export function rawVolumeNames(text: string): readonly string[] {
  const names = new Set<string>();
  collect(text, names);
  if (text.includes('%')) collect(decodePercent(text), names);
  return [...names];
}
