import { quoted } from './reading.ts';

/** What a value of JSON has to look like before anybody takes it for a type of ours. */

/** The first thing that is wrong, with its place; null where nothing is. */
export type Complaint = string | null;

/** Never throws, whatever the value. */
export type Rule = (value: unknown, at: string) => Complaint;

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const rule =
  (accepts: (value: unknown) => boolean, wanted: string): Rule =>
  (value, at) =>
    accepts(value) ? null : `${at}: expected ${wanted}`;

export const text = rule((value) => typeof value === 'string', 'a string');
/** JSON writes 1e400 as a number, and it is read as infinite. */
export const number = rule((value) => typeof value === 'number' && Number.isFinite(value), 'a number');
export const whole = rule((value) => Number.isSafeInteger(value), 'a whole number');
export const flag = rule((value) => typeof value === 'boolean', 'true or false');
export const lines = rule(
  (value) => Array.isArray(value) && value.every((line) => typeof line === 'string'),
  'an array of strings',
);
export const oneOf = (words: readonly string[]): Rule =>
  rule((value) => typeof value === 'string' && words.includes(value), `one of ${words.join(', ')}`);

export const orNull =
  (item: Rule): Rule =>
  (value, at) =>
    value === null ? null : item(value, at);

export const every =
  (item: Rule): Rule =>
  (value, at) =>
    Array.isArray(value)
      ? first(value.map((entry, index) => () => item(entry, `${at}[${index}]`)))
      : `${at}: expected an array`;

export const map =
  (item: Rule): Rule =>
  (value, at) =>
    isRecord(value)
      ? first(
          Object.entries(value).map(
            ([key, entry]) =>
              () =>
                item(entry, `${at}[${quoted(key)}]`),
          ),
        )
      : `${at}: expected an object`;

type Rules = Readonly<Record<string, Rule>>;

/** An object that has these keys, and maybe others; the ones marked with `?` may be left out. */
export const having =
  (rules: Rules): Rule =>
  (value, at) => {
    if (!isRecord(value)) return `${at}: expected an object`;
    return first(
      Object.entries(rules).map(([name, check]) => () => {
        const key = withoutMark(name);
        // Whoever writes `toString` has it, and whoever does not has not.
        if (!Object.hasOwn(value, key) || value[key] === undefined)
          return name.endsWith('?') ? null : `${at}: ${JSON.stringify(key)} is missing`;
        return check(value[key], `${at}.${key}`);
      }),
    );
  };

/** The same, and no other keys. */
export const shape = (rules: Rules): Rule => {
  const known = new Set(Object.keys(rules).map(withoutMark));
  const rest = having(rules);
  return (value, at) => {
    const unknownKey = isRecord(value) ? Object.keys(value).find((key) => !known.has(key)) : undefined;
    return unknownKey === undefined ? rest(value, at) : `${at}: unknown key ${quoted(unknownKey)}`;
  };
};

const withoutMark = (name: string): string => name.replace(/\?$/, '');

const first = (checks: readonly (() => Complaint)[]): Complaint => {
  for (const check of checks) {
    const complaint = check();
    if (complaint !== null) return complaint;
  }
  return null;
};
