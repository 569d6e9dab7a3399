import { isTrue, parseBoolean, shorten, trimBlanks } from './perl-text.ts';

/**
 * PVE's `value,key=value,…` lists: pve-common src/PVE/JSONSchema.pm parse_property_string with check_object and
 * check_prop. A list is taken whole or not at all; one unknown key or bad value rejects everything.
 */

export interface ValueSchema {
  readonly type?: 'string' | 'boolean' | 'integer' | 'number';
  /** Without it the list is rejected where the key is missing. */
  readonly optional?: boolean;
  /** A bare item is the value of this key. */
  readonly defaultKey?: boolean;
  readonly format?: (text: string) => boolean;
  /** Matched against the whole value. */
  readonly pattern?: RegExp;
  readonly oneOf?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
}

export interface PropertySchema {
  /** A map, not a record: files hold the keys, and `constructor` is one too. */
  readonly options: ReadonlyMap<string, ValueSchema>;
  readonly defaultKey: string | null;
  readonly required: readonly string[];
}

export function propertySchema(options: Readonly<Record<string, ValueSchema>>): PropertySchema {
  const entries = Object.entries(options);
  return {
    options: new Map(entries),
    defaultKey: entries.find(([, value]) => value.defaultKey)?.[0] ?? null,
    required: entries.flatMap(([key, value]) => (value.optional ? [] : [key])),
  };
}

export type PropertyString =
  | { readonly accepted: true; readonly values: ReadonlyMap<string, string> }
  | { readonly accepted: false; readonly because: string };

const reject = (because: string): PropertyString => ({ accepted: false, because });

const IS_INTEGER = /^[+-]?\d+$/;
const IS_NUMBER = /^[+-]?(\d+\.\d+|\d+\.|\.\d+|\d+)([eE][+-]?\d+)?$/;

function hasType(type: ValueSchema['type'], text: string): boolean {
  if (type === 'boolean') return text === '1' || text === '0';
  if (type === 'integer') return IS_INTEGER.test(text);
  if (type === 'number') return IS_NUMBER.test(text);
  return true;
}

/** JSONSchema.pm check_prop for one present value. Booleans only as `1` and `0`: callers normalise words first. */
export function fitsSchema(text: string, schema: ValueSchema): boolean {
  if (!hasType(schema.type, text)) return false;
  if (schema.format && !schema.format(text)) return false;
  if (schema.pattern && !schema.pattern.test(text)) return false;
  if (schema.maxLength !== undefined && text.length > schema.maxLength) return false;
  if (schema.oneOf && !schema.oneOf.includes(text)) return false;
  if (!IS_NUMBER.test(text)) return true;
  const number = Number(text);
  return number >= (schema.minimum ?? -Infinity) && number <= (schema.maximum ?? Infinity);
}

function checkAll(schema: PropertySchema, values: ReadonlyMap<string, string>): PropertyString {
  for (const [key, value] of values) {
    const expected = schema.options.get(key);
    if (!expected)
      return reject(`${/^[\w.-]+$/.test(key) ? `"${shorten(key)}"` : 'what stands there'} is not an option here`);
    if (!fitsSchema(value, expected)) return reject(`the value of "${shorten(key)}" is not valid`);
  }
  for (const key of schema.required) if (!values.has(key)) return reject(`"${key}" is missing`);
  return { accepted: true, values };
}

/** The key that an item sets, and its value; a string says why the list is rejected. */
function readItem(
  item: string,
  schema: PropertySchema,
  values: ReadonlyMap<string, string>,
): { key: string; value: string } | string {
  const equals = item.indexOf('=');
  if (equals === 0 || equals === item.length - 1) return 'an item has no key or no value';
  const key = item.slice(0, equals);
  if (values.has(key)) return `"${shorten(key)}" is given twice`;
  const value = item.slice(equals + 1);
  return { key, value: schema.options.get(key)?.type === 'boolean' ? (parseBoolean(value) ?? value) : value };
}

export function parsePropertyString(schema: PropertySchema, text: string): PropertyString {
  const values = new Map<string, string>();
  const { defaultKey } = schema;
  let bareSeen = false;
  for (const item of text.split(',')) {
    if (trimBlanks(item) === '') continue;
    if (item.includes('=')) {
      const read = readItem(item, schema, values);
      if (typeof read === 'string') return reject(read);
      values.set(read.key, read.value);
      continue;
    }
    if (defaultKey === null) return reject('an item has no key');
    // A false value set before ("0") does not count as set: PVE tests the value, not its presence.
    if (bareSeen || isTrue(values.get(defaultKey))) return reject(`"${defaultKey}" is given twice`);
    bareSeen = true;
    values.set(defaultKey, item);
  }
  return checkAll(schema, values);
}
