import {
  byteLength,
  type Capture,
  type CapturedFailure,
  type CapturedText,
  decodeText,
} from '../../../src/model/capture.ts';
import { alike, type Damage, type Damaged, some, type Thoroughness, type Variant } from './damaged.ts';
import { largeTexts, textDamages } from './texts.ts';
import { listedNames, unlink, without, withoutTree } from './tree.ts';

export const FAILURES: readonly Variant<CapturedFailure>[] = [
  { damage: 'denied', how: 'EACCES', content: { unreadable: 'denied', detail: 'access denied (EACCES)' } },
  { damage: 'exit 5', how: 'EIO', content: { unreadable: 'failed', detail: 'could not be read (EIO)' } },
  { damage: 'timeout', how: 'no answer', content: { unreadable: 'timed-out', detail: 'no answer within 5 s' } },
  { damage: 'killed', how: 'ENODEV', content: { unreadable: 'vanished', detail: 'the device is gone (ENODEV)' } },
];

const sampled = (paths: readonly string[], most: number): readonly string[] =>
  [...Map.groupBy(paths, alike).values()].flatMap((group) => some(group, most));

const isText = (entry: unknown): boolean => typeof entry !== 'object' || entry === null || !('unreadable' in entry);

/** Every file, link, stat and directory damaged in every way. */
export function* damagedPaths(capture: Capture, how: Thoroughness): Generator<Damaged> {
  for (const path of sampled(Object.keys(capture.files ?? {}), how.alike)) yield* damagedFile(capture, path, how);
  for (const path of sampled(Object.keys(capture.links ?? {}), how.alike)) yield* damagedLink(capture, path);
  for (const path of sampled(Object.keys(capture.stats ?? {}), how.alike)) yield* damagedStat(capture, path);
  for (const path of sampled(allDirectories(capture), how.alike)) yield* damagedDirectory(capture, path, how);
}

type Kind = 'files' | 'links' | 'stats';

/** A path that is gone, that only its directory still lists, or that cannot be read. */
function* failing(capture: Capture, kind: Kind, path: string): Generator<Damaged> {
  const label = labelOf(kind.slice(0, -1), path);
  yield { ...label('missing', 'gone'), capture: without(capture, kind, path) };
  yield { ...label('missing', 'listed and not there'), capture: unlink(capture, kind, path) };
  for (const { damage, how, content } of FAILURES)
    yield { ...label(damage, how), capture: replaced(capture, kind, path, content) };
}

const labelOf =
  (kind: string, path: string) =>
  (damage: Damage, how: string): Omit<Damaged, 'capture'> => ({
    ...{ source: `${kind} ${alike(path)}`, damage, what: `${kind} ${path}: ${how}` },
  });

const replaced = (capture: Capture, kind: Kind | 'directories', path: string, content: unknown): Capture => ({
  ...capture,
  [kind]: { ...capture[kind], [path]: content },
});

function* damagedFile(capture: Capture, path: string, { places, large }: Thoroughness): Generator<Damaged> {
  const content = capture.files?.[path];
  if (content === undefined || (typeof content === 'object' && 'unreadable' in content)) return;
  yield* failing(capture, 'files', path);
  const label = labelOf('file', path);
  const sized = withSize(capture, path, content);
  const text = decodeText(content);
  const variants = [...textDamages(text, places), ...(large(`file ${alike(path)}`) ? largeTexts(text) : [])];
  for (const variant of variants)
    yield { ...label(variant.damage, variant.how), capture: replaced(sized, 'files', path, variant.content) };
}

/** As it would have been recorded: files of the kernel have no size. */
const withSize = (capture: Capture, path: string, content: CapturedText): Capture =>
  /^\/(?:proc|sys)\//.test(path) ? capture : { ...capture, sizes: { ...capture.sizes, [path]: byteLength(content) } };

/** A link is never longer than a page, so there is none of 10 MB. */
function* damagedLink(capture: Capture, path: string): Generator<Damaged> {
  const target = capture.links?.[path];
  if (typeof target !== 'string') return;
  yield* failing(capture, 'links', path);
  const label = labelOf('link', path);
  for (const { damage, how, content } of textDamages(target, 1))
    yield { ...label(damage, how), capture: replaced(capture, 'links', path, content) };
}

/** What the kernel says of a file comes whole or not at all. */
function* damagedStat(capture: Capture, path: string): Generator<Damaged> {
  if (isText(capture.stats?.[path])) yield* failing(capture, 'stats', path);
}

function* damagedDirectory(capture: Capture, path: string, { places, large }: Thoroughness): Generator<Damaged> {
  const label = labelOf('directory', path);
  const names = listedNames(capture, path);
  yield { ...label('missing', 'gone with all in it'), capture: withoutTree(capture, path) };
  for (const { damage, how, content } of FAILURES)
    yield { ...label(damage, how), capture: replaced(capture, 'directories', path, content) };
  const recorded = capture.directories?.[path];
  if (recorded === undefined || 'unreadable' in recorded || names.length === 0) return;
  const variants = [...nameDamages(names, places), ...(large(`directory ${alike(path)}`) ? [manyNames(names)] : [])];
  for (const { damage, how, content } of variants)
    yield { ...label(damage, how), capture: replaced(capture, 'directories', path, content) };
}

const nameDamages = (names: readonly string[], places: number): readonly Variant<readonly string[]>[] => [
  { damage: 'empty', how: 'no name', content: [] },
  { damage: 'half', how: 'the first half', content: names.slice(0, Math.floor(names.length / 2)) },
  ...some(names, places).map((name) => ({
    ...{ damage: 'half' as const, how: `without ${name}`, content: names.filter((other) => other !== name) },
  })),
  { damage: 'garbage', how: 'other names', content: ['<script>alert(1)</script>', '\u001b[31mred'] },
  ...some(names, places).map((name) => ({
    ...{ damage: 'invalid UTF-8' as const, how: `in ${name}` },
    content: names.map((other) => (other === name ? `${name.slice(0, -1)}\ufffd` : other)),
  })),
];

const manyNames = (names: readonly string[]): Variant<readonly string[]> => ({
  ...{ damage: '10 MB', how: 'of other names besides' },
  content: [...names, ...Array.from({ length: 100_000 }, (_, at) => `\u001b[31m${'x'.repeat(90)}${at}`)],
});

function allDirectories(capture: Capture): readonly string[] {
  const found = new Set(Object.keys(capture.directories ?? {}));
  for (const kind of ['files', 'links', 'stats'] as const) {
    for (const path of Object.keys(capture[kind] ?? {})) found.add(path.slice(0, path.lastIndexOf('/')) || '/');
  }
  return [...found];
}
