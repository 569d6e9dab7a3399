import { wholeNumber } from './complete-lines.ts';

/** A line of mdadm.conf(5) that names an array and says how many spares it has. */
export interface ConfiguredArray {
  /** `/dev/md0`, `/dev/md/boot`; empty where it names none (`<ignore>`, or only a UUID). */
  readonly path: string;
  /** 32 hexadecimal digits; empty where it says none. */
  readonly uuid: string;
  readonly spares: number;
}

/**
 * `ARRAY /dev/md/boot metadata=1.2 spares=1 UUID=8d60b014:d02fd74c:616a31c2:59c4feab`; a line that begins with a blank goes on with the one before.
 * Arrays of one spare group share their spares: of those nobody can tell here whose is missing.
 */
export function parseMdadmConf(text: string): readonly ConfiguredArray[] {
  const lines = text
    .replaceAll(/\n[ \t]+(?=\S)/g, ' ')
    .split('\n')
    .map((line) => line.replace(/#.*$/, '').trim().split(/\s+/));
  return lines.flatMap(([keyword = '', ...words]): readonly ConfiguredArray[] => {
    if (!/^array$/i.test(keyword)) return [];
    const value = (key: string): string | null => {
      const word = words.find((one) => one.toLowerCase().startsWith(`${key}=`));
      return word === undefined ? null : word.slice(key.length + 1).replaceAll('"', '');
    };
    const spares = wholeNumber(value('spares') ?? '');
    if (spares === null || value('spare-group') !== null) return [];
    const path = words.find((word) => word.startsWith('/dev/')) ?? '';
    const uuid = (value('uuid') ?? '').replaceAll(/[^0-9a-fA-F]/g, '').toLowerCase();
    return [{ path, uuid: uuid.length === 32 ? uuid : '', spares }];
  });
}
