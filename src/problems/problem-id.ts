import type { Cause } from './causes.ts';

/** Everything but what a shell, a TOML key in quotes and a URL path take as it stands. */
const ODD = /[^A-Za-z0-9._/@:+-]/gu;

const percent = (char: string): string =>
  [...new TextEncoder().encode(char)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');

/** `volume:san/vm-102-disk-0`. Different causes never share one; what stands after the first colon may hold more of them. */
export const problemId = ({ kind, name }: Cause): string => `${kind}:${name.replaceAll(ODD, percent)}`;
