import type { ShownLayer, StackReport } from '../../model/layers/stack-report.ts';
import { displayWidth } from '../display-width.ts';
import { type Markup, markup } from '../markup.ts';
import { marked } from '../severity-mark.ts';
import { kindAndSize } from '../stack-words.ts';

/** Boxes in rows, what is beneath in a row further down, with a line from each to all that it lies on. */

const BOX = { width: 208, height: 66, across: 20, down: 38 } as const;
const MARGIN = 4;
/** Letters of a line of a box at its size of type; the whole text is in its title. */
const FITS = 30;

export const PICTURE_STYLE = `
.way{overflow-x:auto;margin-top:.9rem;padding:.25rem 0}
.way svg{max-width:none}
.way rect{fill:var(--ground,var(--card));stroke:var(--tone,var(--edge));stroke-width:1.5}
.way .unseen rect{stroke-dasharray:5 4}
.way path{fill:none;stroke:var(--soft);stroke-width:1.5}
.way text{font:400 11.5px var(--sans);fill:var(--ink)}
.way .name{font-weight:650}
.way .says{fill:var(--tone,var(--ink))}
.tree,.tree ul{list-style:none;padding-left:0}
.tree ul{padding-left:1.1rem;border-left:1px solid var(--edge);margin:.3rem 0 0 .3rem}
.tree li+li{margin-top:.45rem}
@media print{.way{overflow:visible}.way svg{max-width:100%;height:auto}}
`;

interface Box {
  readonly x: number;
  readonly y: number;
  readonly layer: ShownLayer | null;
  readonly sentence: string;
}

export function stackPicture(report: StackReport): Markup {
  const rows = rowsOf(report);
  const widest = Math.max(...rows.map((row) => row.length));
  const across = (count: number): number => count * BOX.width + (count - 1) * BOX.across;
  const boxes = new Map<string, Box>();
  for (const [down, row] of rows.entries())
    for (const [at, { key, layer, sentence }] of row.entries())
      boxes.set(key, {
        ...{ layer, sentence },
        x: MARGIN + (across(widest) - across(row.length)) / 2 + at * (BOX.width + BOX.across),
        y: MARGIN + down * (BOX.height + BOX.down),
      });
  const [width, height] = [across(widest) + 2 * MARGIN, rows.length * (BOX.height + BOX.down) - BOX.down + 2 * MARGIN];
  const label = `${report.layers.length} layers from ${report.word} down; the list below says the same`;
  return markup`<div class="way" role="region" aria-label="Picture" tabindex="0"><svg width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}">
${linesOf(report, boxes)}${[...boxes.values()].map(boxMarkup)}</svg></div>
`;
}

interface Place {
  readonly key: string;
  readonly layer: ShownLayer | null;
  readonly sentence: string;
}

const unseenKey = (id: string, at: number): string => `${id}?${at}`;

/** Each layer one row beneath the lowest that lies on it. */
function rowsOf({ roots, layers }: StackReport): readonly (readonly Place[])[] {
  const byId = new Map(layers.map((layer) => [layer.id, layer]));
  const depth = new Map<string, number>();
  const sink = (id: string, level: number, path: ReadonlySet<string>): void => {
    if ((depth.get(id) ?? -1) >= level || path.has(id)) return;
    depth.set(id, level);
    const further = new Set([...path, id]);
    for (const lower of byId.get(id)?.below ?? []) sink(lower, level + 1, further);
  };
  for (const root of roots) sink(root, 0, new Set());
  const places = layers.flatMap((layer) => [
    { key: layer.id, layer, sentence: '', level: depth.get(layer.id) ?? 0 },
    ...layer.unseen.map((sentence, at) => ({
      ...{ key: unseenKey(layer.id, at), layer: null, sentence },
      level: (depth.get(layer.id) ?? 0) + 1,
    })),
  ]);
  const count = Math.max(...places.map(({ level }) => level)) + 1;
  return Array.from({ length: count }, (_, row) => places.filter(({ level }) => level === row)).filter(
    (row) => row.length > 0,
  );
}

const linesOf = ({ layers }: StackReport, boxes: ReadonlyMap<string, Box>): readonly Markup[] =>
  layers.flatMap((layer) =>
    [...layer.below, ...layer.unseen.map((_, at) => unseenKey(layer.id, at))].flatMap((lower) => {
      const [from, to] = [boxes.get(layer.id), boxes.get(lower)];
      if (from === undefined || to === undefined) return [];
      const [x1, y1, x2, y2] = [from.x + BOX.width / 2, from.y + BOX.height, to.x + BOX.width / 2, to.y];
      const half = (y1 + y2) / 2;
      return [markup`<path d="M${x1} ${y1}C${x1} ${half} ${x2} ${half} ${x2} ${y2}"/>\n`];
    }),
  );

function clipped(text: string): string {
  if (displayWidth(text) <= FITS) return text;
  let short = '';
  for (const letter of text) {
    if (displayWidth(short + letter) >= FITS) break;
    short += letter;
  }
  return `${short}…`;
}

function boxMarkup({ x, y, layer, sentence }: Box): Markup {
  const [name, what, says] =
    layer === null
      ? ['not seen', '', marked('unknown', sentence)]
      : [layer.name, kindAndSize(layer), marked(layer.tone, layer.state)];
  const tone = layer === null ? 'unknown unseen' : layer.tone;
  return markup`<g class="${tone}" transform="translate(${x} ${y})"><title>${[name, what, says].filter((text) => text !== '').join(', ')}</title><rect width="${BOX.width}" height="${BOX.height}" rx="8"/><text class="name" x="10" y="20">${clipped(name)}</text><text x="10" y="38">${clipped(what)}</text><text class="says" x="10" y="56">${clipped(says)}</text></g>
`;
}
