import type { ShownLayer, StackReport } from '../../model/layers/stack-report.ts';
import { type Markup, markup } from '../markup.ts';
import { aboveLines, headOf, kindAndSize, NOTHING_ABOVE } from '../stack-words.ts';
import { footOf, htmlPage, mainOf } from './page-frame.ts';
import { badge, section } from './parts.ts';
import { PICTURE_STYLE, stackPicture } from './stack-picture.ts';

const VERDICTS = {
  critical: 'Critical',
  warning: 'Warning',
  waiting: 'A task works on it',
  unknown: 'Not everything could be seen',
  healthy: 'Nothing is wrong with what is drawn',
} as const;

/** `pve-doctor stack` as one file: the picture, the same as a list, what lies above, what was found, what was not seen. */
export function renderStackHtml(report: StackReport): string {
  const { title, where } = headOf(report);
  const sections: readonly Markup[] = [
    part(
      'picture',
      'Picture',
      report.layers.length,
      report.roots.length === 0 ? markup`<p>It has no disk in its configuration.</p>` : stackPicture(report),
    ),
    part('layers', 'Layers', report.layers.length, listOf(report)),
    ...(report.above === null ? [] : [part('above', 'Above it', null, aboveOf(report.above))]),
    ...(report.problems.length === 0 ? [] : [part('problems', 'Problems', report.problems.length, problemsOf(report))]),
    ...(report.notJudged.length === 0
      ? []
      : [
          part(
            'not-judged',
            'Not judged',
            report.notJudged.length,
            markup`<ul>${report.notJudged.map((sentence) => markup`<li>${sentence}</li>\n`)}</ul>`,
          ),
        ]),
    ...(report.notSeen.length === 0
      ? []
      : [
          part(
            'not-seen',
            'Not seen',
            report.notSeen.length,
            markup`<ul>${report.notSeen.map((sentence) => markup`<li>${sentence}</li>\n`)}</ul>`,
          ),
        ]),
  ];
  return htmlPage({
    title,
    skipTo: { id: 'layers', text: 'Skip to the layers' },
    head: markup`<header class="top"><div class="wrap"><div>
<p class="brand"><b>pve-doctor</b> stack</p>
<h1>${title}</h1>
<p class="verdict">${badge(report.status, VERDICTS[report.status], true)} ${where}</p></div></div></header>
`,
    body: mainOf(markup`${sections}`),
    foot: footOf(
      `Made by pve-doctor ${report.toolVersion}. Looking changed nothing on the node. This file asks for nothing from the network.`,
    ),
    style: PICTURE_STYLE,
  });
}

const part = (id: string, title: string, count: number | null, body: Markup): Markup =>
  section({ id, title, note: count === null ? '' : String(count), body });

/** Nested as the layers are; one that was listed before stands without what is beneath it. */
function listOf({ roots, layers }: StackReport): Markup {
  const byId = new Map(layers.map((layer) => [layer.id, layer]));
  const listed = new Set<string>();
  const item = (id: string): Markup => {
    const layer = byId.get(id);
    if (layer === undefined) return markup``;
    const again = listed.has(id);
    listed.add(id);
    if (again) return markup`<li>${lineOf(layer)} <span class="tag">as above</span></li>\n`;
    const beneath = [
      ...layer.below.map(item),
      ...layer.unseen.map((sentence) => markup`<li>${badge('unknown', 'not seen')} ${sentence}</li>\n`),
    ];
    const detail = layer.detail === '' ? null : markup`<span class="src">${layer.detail}</span>`;
    return markup`<li>${lineOf(layer)}${detail}${beneath.length === 0 ? null : markup`<ul>${beneath}</ul>`}</li>\n`;
  };
  return markup`<ul class="tree">${roots.map(item)}</ul>`;
}

const lineOf = (layer: ShownLayer): Markup =>
  markup`<b>${layer.name}</b> ${kindAndSize(layer)} ${badge(layer.tone, layer.state)}${layer.codes.length === 0 ? null : markup` <span class="code">${layer.codes.join(' ')}</span>`}`;

function aboveOf(above: NonNullable<StackReport['above']>): Markup {
  const lines = aboveLines(above);
  return lines.length === 0
    ? markup`<p>${NOTHING_ABOVE}</p>`
    : markup`<dl class="detail">${lines.map(([label, text]) => markup`<dt>${label}</dt><dd>${text}</dd>\n`)}</dl>`;
}

const problemsOf = ({ problems, asked }: StackReport): Markup =>
  markup`<ul class="list">${problems.map(({ codes, severity, who, what, layers }) => markup`<li>${badge(severity, severity)} <b>${who}</b> ${what} <span class="code">${codes.join(' ')}</span>${asked === 'guest' && layers.length === 0 ? markup` <span class="tag">about this guest</span>` : null}</li>\n`)}</ul>`;
