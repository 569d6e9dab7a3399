import { expect, it } from 'vitest';
import { REPORT_SHAPE } from '../../src/render/report-shape.ts';
import { read } from '../repo/repository.ts';

/** Property names along a path, through arrays: `$.findings[*].title` as findings, title. */
const namesIn = (path: string): readonly string[] =>
  path
    .replaceAll(/\[\?\(@\.(\w+)==[^)]*\)\]/g, '.?$1')
    .replace(/\.length\(\)$/, '')
    .split('.')
    .slice(1)
    .map((name) => name.replace('[*]', ''));

/** Whether a report has them; `?name` is asked of the elements and leads no further. */
function leads(names: readonly string[], shape: unknown): boolean {
  const [name, ...rest] = names;
  if (name === undefined) return true;
  const here: unknown = Array.isArray(shape) ? shape[0] : shape;
  if (typeof here !== 'object' || here === null) return false;
  const key = name.replace(/^\?/, '');
  if (!(key in here)) return false;
  return leads(rest, name.startsWith('?') ? here : (here as Record<string, unknown>)[key]);
}

it('the paths that docs/monitoring.md gives to Zabbix lead to something in a report', () => {
  const paths = [...read('docs/monitoring.md').matchAll(/^\| [^|]+ \| `(\$\.[^`]+)` \| \w+ \|$/gm)].map(
    ([, path = '']) => path,
  );
  expect(paths.length).toBeGreaterThan(7);
  expect(paths.filter((path) => !leads(namesIn(path), REPORT_SHAPE))).toEqual([]);
  expect(leads(namesIn('$.summary.criticals'), REPORT_SHAPE)).toBe(false);
  expect(leads(namesIn('$.mounts[?(@.targt=="/x")].source'), REPORT_SHAPE)).toBe(false);
});
