const UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

const powerOf = (bytes: number): number =>
  bytes < 1024 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10));

function inUnit(bytes: number, power: number): string {
  const rounded = power === 0 ? String(bytes) : (bytes / 1024 ** power).toFixed(1).replace(/\.0$/, '');
  return `${rounded} ${UNITS[power] ?? 'bytes'}`;
}

/** Bytes as people say them, in binary units: `8 MiB`, `1.5 GiB`, `512 bytes`. */
export const size = (bytes: number): string => inUnit(bytes, powerOf(bytes));

/** Two different sizes that look different: `1 TiB` and `1.5 TiB`, but `1048576 MiB` and `1048580 MiB`. */
export function sizesApart(a: number, b: number): readonly [string, string] {
  if (size(a) !== size(b)) return [size(a), size(b)];
  for (let power = powerOf(Math.max(a, b)) - 1; power > 0; power -= 1) {
    const [one, other] = [inUnit(a, power), inUnit(b, power)];
    if (one !== other) return [one, other];
  }
  return [inUnit(a, 0), inUnit(b, 0)];
}
