import { troubleSentence } from '../../model/notify/trouble.ts';
import type { Report } from '../../model/report/report.ts';
import { REPOSITORY } from '../../model/repository.ts';
import { instant } from '../counted.ts';
import { examinedOf, gradeReason } from '../head-words.ts';
import { type Markup, markup } from '../markup.ts';
import { badge } from './parts.ts';

const STATUS_WORDS = {
  healthy: 'Nothing at or above warning',
  warning: 'Warning',
  critical: 'Critical',
  unknown: 'Unknown: not everything could be judged',
} as const;

const fact = (label: string, text: string): Markup => markup`<div><dt>${label}</dt><dd>${text}</dd></div>`;

/** Node, time, source, versions, and the verdict that everything below explains. */
export const pageHead = (report: Report): Markup => markup`<header class="top"><div class="wrap"><div>
<p class="brand"><b>pve-doctor</b> storage report</p>
<h1><span class="vh">Storage report of node </span>${report.node}</h1>
<p class="verdict">${badge(report.status, STATUS_WORDS[report.status], true)} ${gradeReason(report)}</p>
${(report.trouble ?? []).map((one) => markup`<p>${badge('warning', 'Notification')} ${troubleSentence(one)}</p>`)}</div>
${dial(report)}<dl class="facts">${fact('Taken', instant(report.takenAt))}
${fact('Source', report.source === 'live' ? 'this node, live' : `recorded in ${report.source}`)}
${fact('Proxmox VE', report.host === null ? 'not known' : (report.host.pveVersion ?? 'not installed here'))}
${fact('Kernel', report.host?.kernelRelease ?? 'not known')}
${fact('Checks', examinedOf(report))}</dl></div></header>
`;

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
