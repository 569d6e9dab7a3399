/** Numbers that look like chance and are the same in every run (Numerical Recipes' LCG). */
export function makeChance(): (below: number) => number {
  let state = 20_261_121;
  return (below) => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return Math.floor((state / 2 ** 32) * below);
  };
}

export const times = <T>(count: number, make: (at: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, at) => make(at));

export const FIRST_VMID = 100;
/** VMIDs of guests that are gone begin here. */
export const FIRST_GONE = 9000;

export const ROLES = [
  'web',
  'database',
  'mail',
  'build',
  'proxy',
  'files',
  'monitoring',
  'dns',
  'cache',
  'queue',
] as const;

export const volume = (vmid: number): string => `vm-${vmid}-disk-0`;
export const dmName = (vmid: number): string => `pve-vm--${vmid}--disk--0`;
