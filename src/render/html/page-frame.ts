import { createHash } from 'node:crypto';
import { troubleSentence } from '../../model/notify/trouble.ts';
import type { OverallStatus, Report } from '../../model/report/report.ts';
import { REPOSITORY } from '../../model/repository.ts';
import { instant } from '../counted.ts';
import { examinedOf, gradeReason } from '../head-words.ts';
import { htmlText, type Markup, markup, trusted } from '../markup.ts';
import { badge } from './parts.ts';
import { BASE_STYLE } from './style-base.ts';
import { PART_STYLE } from './style-parts.ts';
import { PRINT_STYLE } from './style-print.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64');

/** Nothing is loaded, sent or framed, and no style and no script runs but ours. */
const policyOf = (style: string, script: string): string =>
  [
    "default-src 'none'",
    `style-src 'sha256-${sha256(style)}'`,
    ...(script === '' ? [] : [`script-src 'sha256-${sha256(script)}'`]),
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');

interface HtmlPage {
  readonly title: string;
  /** Where the link at the very top leads, and what it says. */
  readonly skipTo: { readonly id: string; readonly text: string };
  readonly head: Markup;
  readonly body: Markup;
  readonly foot: Markup;
  readonly script?: string;
  /** Style of this page alone. */
  readonly style?: string;
}

/** One file that asks for nothing from anywhere. */
export function htmlPage({ title, skipTo, head, body, foot, script = '', style = '' }: HtmlPage): string {
  const whole = BASE_STYLE + PART_STYLE + style + PRINT_STYLE;
  return htmlText(markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(policyOf(whole, script))}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<meta name="format-detection" content="telephone=no">
<title>${title} - pve-doctor</title>
<style>${trusted(whole)}</style>
</head>
<body id="top">
<a class="skip" href="#${skipTo.id}">${skipTo.text}</a>
${head}${body}${foot}${script === '' ? null : markup`<p id="said" class="vh" role="status"></p>\n<script>${trusted(script)}</script>\n`}</body>
</html>
`);
}

/** A page without contents beside it, and what stands at its end. */
export const mainOf = (body: Markup): Markup => markup`<div class="wrap"><main>
${body}</main>
</div>
`;

export const footOf = (text: string): Markup => markup`<footer><div class="wrap"><p>${text}</p></div></footer>
`;

const VERDICTS = {
  healthy: 'Nothing at or above warning',
  waiting: 'Nothing at or above warning in what was judged; the rest waits for a task',
  warning: 'Warning',
  critical: 'Critical',
  unknown: 'Unknown: not everything could be judged',
} as const;

const fact = (label: string, text: string): Markup => markup`<div><dt>${label}</dt><dd>${text}</dd></div>\n`;

interface Head {
  readonly brand: string;
  readonly title: Markup;
  readonly status: OverallStatus;
  readonly reason: string;
  /** Beside the verdict, and beneath it. */
  readonly dial?: Markup;
  readonly remarks?: readonly Markup[];
  readonly facts: readonly (readonly [label: string, text: string])[];
}

/** Whose report it is, and the verdict that everything below explains. */
export const headOf = ({ brand, title, status, reason, dial, remarks = [], facts }: Head): Markup =>
  markup`<header class="top"><div class="wrap"><div>
<p class="brand"><b>pve-doctor</b> ${brand}</p>
<h1>${title}</h1>
<p class="verdict">${badge(status, VERDICTS[status], true)} ${reason}</p>
${remarks}</div>
${dial ?? null}<dl class="facts">${facts.map(([label, text]) => fact(label, text))}</dl></div></header>
`;

/** Node, time, source, versions. */
export const pageHead = (report: Report): Markup =>
  headOf({
    brand: 'storage report',
    title: markup`<span class="vh">Storage report of node </span>${report.node}`,
    status: report.status,
    reason: gradeReason(report),
    remarks: (report.trouble ?? []).map(
      (one) => markup`<p>${badge('warning', 'Notification')} ${troubleSentence(one)}</p>`,
    ),
    dial: dial(report),
    facts: [
      ['Taken', instant(report.takenAt)],
      ['Source', report.source === 'live' ? 'this node, live' : `recorded in ${report.source}`],
      ['Proxmox VE', report.host === null ? 'not known' : (report.host.pveVersion ?? 'not installed here')],
      ['Kernel', report.host?.kernelRelease ?? 'not known'],
      ['Checks', examinedOf(report)],
    ],
  });

/** The grade in a ring that the score fills. Without a grade the ring is broken and says so. */
function dial(report: Report): Markup {
  const { grade, score } = report;
  const tone = score === null ? 'unknown' : report.status;
  const ring =
    score === null
      ? markup`<circle class="none" cx="60" cy="60" r="54"/>`
      : markup`<circle class="ring" cx="60" cy="60" r="54"/>${
          score === 0
            ? null
            : markup`<circle class="part" cx="60" cy="60" r="54" pathLength="100" stroke-dasharray="${score} 100" transform="rotate(-90 60 60)"/>`
        }`;
  return markup`<div class="dial ${tone}"><svg viewBox="0 0 120 120" aria-hidden="true">${ring}<text x="60" y="76">${grade}</text></svg>
<p>${score === null ? markup`<b>No grade</b>` : markup`score ${score} of 100`}</p></div>`;
}

const link = (address: string, text: string): Markup =>
  markup`<li><a href="${address}" rel="noreferrer">${text}</a></li>`;

/** Where more is written, and where to tell of a fault; `null` where the project has no address yet. */
export const repositoryLinks = (repository: string | null): Markup | null =>
  repository === null
    ? null
    : markup`${link(repository, 'Repository')}${link(`${repository}/tree/main/docs`, 'Documentation')}${link(`${repository}/issues`, 'Report a fault')}`;

export const pageFoot = ({ toolVersion, schemaVersion }: Report): Markup =>
  markup`<footer><div class="wrap"><p>Made by pve-doctor ${toolVersion}. Checking changed nothing on the node. This file asks for nothing from the network.</p>
<ul>${repositoryLinks(REPOSITORY)}<li><code class="k">pve-doctor explain CODE</code> has the page of a check, offline</li><li>The same for programs: <code class="k">check --format json</code>, schema version ${schemaVersion}</li><li><a href="#top">Back to the top</a></li></ul></div></footer>
`;
