import { expect, it } from 'vitest';
import { read } from '../repo/repository.ts';

/** Property names along a path, through arrays: `$.findings[*].title` as findings, title. */
const namesIn = (path: string): readonly string[] =>
  path
    .replaceAll(/\[\?\(@\.(\w+)==[^)]*\)\]/g, '.?$1')
    .replace(/\.length\(\)$/, '')
    .split('.')
    .slice(1)
    .map((name) => name.replace('[*]', ''));

interface Schema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

const schema: Schema = JSON.parse(read('docs/report.schema.json'));

/** The schemas of the objects that a value may be, its elements' where it is an array. */
function objectsOf(part: Schema): readonly Schema[] {
  if (part.$ref !== undefined) return objectsOf(schema.$defs?.[part.$ref.replace('#/$defs/', '')] ?? {});
  if (part.items !== undefined) return objectsOf(part.items);
  return [...(part.anyOf ?? []), ...(part.oneOf ?? [])].flatMap(objectsOf).concat(part.properties ? [part] : []);
}

/** Whether a report has them; `?name` is asked of the elements and leads no further. */
function leads([name, ...rest]: readonly string[], part: Schema): boolean {
  if (name === undefined) return true;
  return objectsOf(part).some((object) => {
    const inner = object.properties?.[name.replace(/^\?/, '')];
    return inner !== undefined && leads(rest, name.startsWith('?') ? part : inner);
  });
}

it('the paths that docs/monitoring.md gives to Zabbix lead to something in a report', () => {
  const paths = [...read('docs/monitoring.md').matchAll(/^\| [^|]+ \| `(\$\.[^`]+)` \| \w+ \|$/gm)].map(
    ([, path = '']) => path,
  );
  expect(paths.length).toBeGreaterThan(7);
  expect(paths.filter((path) => !leads(namesIn(path), schema))).toEqual([]);
  expect(leads(namesIn('$.summary.criticals'), schema)).toBe(false);
  expect(leads(namesIn('$.mounts[?(@.targt=="/x")].source'), schema)).toBe(false);
});
