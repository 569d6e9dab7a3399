import type { Severity } from '../../../model/finding.ts';
import { htmlText, type Markup, markup } from '../../../render/markup.ts';
import type { Role } from '../../store/hub-store.ts';

/** Whom a page is for. */
export interface Reader {
  readonly name: string;
  readonly role: Role;
  readonly csrf: string;
}

export interface Frame {
  readonly title: string;
  readonly reader: Reader | null;
  /** Open pages are told when something changes. */
  readonly isLive?: boolean;
  readonly assets: { readonly style: string; readonly script: string };
}

const ROOMS = [
  ['/', 'Fleet'],
  ['/problems', 'Problems'],
  ['/changes', 'Changes'],
] as const;

/** One page of the hub around its own part. */
export function framed({ title, reader, isLive = false, assets }: Frame, body: Markup): string {
  return htmlText(markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<meta name="format-detection" content="telephone=no">
<title>${title} - pve-doctor hub</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${assets.style}">
<script src="${assets.script}" defer></script>
</head>
<body data-live="${isLive ? 'yes' : 'no'}">
<a class="skip" href="#main">Skip to the content</a>
<header>${reader === null ? markup`<p><b>pve-doctor hub</b></p>` : navigation(reader)}</header>
<main id="main">
<h1>${title}</h1>
<p id="said" class="said" role="status" hidden>Something has changed. <a href="">Load the page again</a></p>
${body}
</main>
</body>
</html>
`);
}

const navigation = ({ name, role, csrf }: Reader): Markup => markup`<nav aria-label="Hub"><b>pve-doctor hub</b>
${ROOMS.map(([path, text]) => markup`<a href="${path}">${text}</a>\n`)}${role === 'admin' ? markup`<a href="/settings">Settings</a>` : null}
<form action="/search" method="get" role="search"><input type="search" name="q" aria-label="VMID, guest, volume, WWID, server or storage" placeholder="VMID, guest, volume, server" required maxlength="200"> <button>Search</button></form>
<form action="/logout" method="post">${csrfField(csrf)}<span class="dim">${name}, ${role}</span> <button>Log out</button></form></nav>`;

export const csrfField = (csrf: string): Markup => markup`<input type="hidden" name="csrf" value="${csrf}">`;

/** The word stands beside the colour. */
export const badge = (severity: Severity | string): Markup =>
  markup`<span class="badge ${/^[a-z-]+$/.test(severity) ? severity : 'unknown'}">${severity}</span>`;

export const time = (at: string | null): Markup =>
  at === null
    ? markup`<span class="dim">never</span>`
    : markup`<time datetime="${at}">${at.slice(0, 16).replace('T', ' ')} UTC</time>`;

export const nodePath = (nodeId: string): string => `/nodes/${encodeURIComponent(nodeId)}`;

export const problemPath = (nodeId: string, problemId: string): string =>
  `${nodePath(nodeId)}/problems/${encodeURIComponent(problemId)}`;

export const clusterPath = (clusterId: string): string => `/clusters/${encodeURIComponent(clusterId)}`;

/** A table with its heading; a sentence where there are no rows. */
export const table = (heads: readonly string[], rows: readonly Markup[], empty: string): Markup =>
  rows.length === 0
    ? markup`<p class="dim">${empty}</p>`
    : markup`<div class="scroll" tabindex="0" role="region" aria-label="Table"><table><thead><tr>${heads.map((head) => markup`<th scope="col">${head}</th>`)}</tr></thead><tbody>
${rows}</tbody></table></div>`;

export const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;
