// `npm run next-code -- DM`: prints the next free check code of an area. A code is never used again: the page of a
// retired check stays, so pages count as well as checks.
import { readdirSync } from 'node:fs';
import type { CheckCode } from '../src/model/finding.ts';

type AreaOf<C> = C extends `${infer Area}${number}` ? Area : never;

const AREAS: { readonly [A in AreaOf<CheckCode>]: string } = {
  DM: 'device-mapper',
  LV: 'logical volumes',
  VOL: 'volumes of guests on every storage',
  PATH: 'disks and the paths to them',
  ID: 'VMIDs',
  NODE: 'the node',
  MNT: 'mounts',
  CT: 'containers',
  CL: 'across nodes',
};

const namesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(new URL(`../${folder}`, import.meta.url));
  } catch {
    return [];
  }
};

const used = [...namesIn('src/checks'), ...namesIn('docs/checks')]
  .map((name) => /^([a-z]+)(\d{3})\b/i.exec(name))
  .map((match) => ({ area: match?.[1]?.toUpperCase() ?? '', number: Number(match?.[2] ?? 0) }));

const area = (process.argv[2] ?? '').toUpperCase();
if (area in AREAS) {
  const highest = Math.max(0, ...used.filter((code) => code.area === area).map(({ number }) => number));
  console.log(`${area}${String(highest + 1).padStart(3, '0')}`);
} else {
  const areas = Object.entries(AREAS).map(([code, what]) => `  ${code.padEnd(6)}${what}`);
  console.error(['usage: npm run next-code -- AREA', ...areas].join('\n'));
  process.exitCode = 64;
}
