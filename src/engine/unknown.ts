import { absent, known, type Reading } from '../model/reading.ts';

/** The values of several readings, or the first reading that is not known; unreadable wins over absent. */
export function combine<T extends Readonly<Record<string, unknown>>>(
  readings: { readonly [K in keyof T]: Reading<T[K]> },
): Reading<T> {
  const list: readonly Reading<unknown>[] = Object.values(readings);
  const unreadable = list.find((reading) => reading.state === 'unreadable');
  if (unreadable) return unreadable;
  const missing = list.find((reading) => reading.state === 'absent');
  if (missing) return absent(missing.reason);
  const values = Object.entries<Reading<unknown>>(readings).map(([name, reading]) => [
    name,
    reading.state === 'known' ? reading.value : undefined,
  ]);
  return known(Object.fromEntries(values) as T);
}
