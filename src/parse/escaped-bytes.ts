/**
 * Names in which the kernel or device-mapper wrote single bytes as escapes. The bytes of one character may be split
 * over several escapes, so a run of them is decoded as a whole.
 */

const OCTAL_RUN = /(?:\\[0-3][0-7]{2})+/g;
const HEX_RUN = /(?:\\x[0-9a-fA-F]{2})+/g;
const PERCENT_RUN = /(?:%[0-9A-F]{2})+/g;

/** `\040`, as in /proc/self/mountinfo and /proc/swaps (kernel fs/seq_file.c mangle_path, seq_escape). */
export const unescapeOctal = (text: string): string =>
  text.includes('\\') ? text.replace(OCTAL_RUN, (run) => decodeBytes(run.slice(1).split('\\'), 8)) : text;

/** `\x20`, as in /dev/mapper and /sys/block/dm-N/dm (lvm2 libdm/libdm-common.c mangle_string, `--manglename hex`). */
export const unescapeHex = (text: string): string =>
  text.includes('\\x') ? text.replace(HEX_RUN, (run) => decodeBytes(run.slice(2).split('\\x'), 16)) : text;

/** `%20`, as our own programs write what is no visible ASCII. */
export const unescapePercent = (text: string): string =>
  text.includes('%') ? text.replace(PERCENT_RUN, (run) => decodeBytes(run.slice(1).split('%'), 16)) : text;

/** A byte order mark at the start of a name belongs to the name. */
const UTF8 = new TextDecoder('utf-8', { ignoreBOM: true });

const decodeBytes = (digits: readonly string[], radix: number): string =>
  UTF8.decode(Uint8Array.from(digits, (byte) => Number.parseInt(byte, radix)));
