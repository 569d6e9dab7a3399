import { VERSION } from '../../model/version.ts';
import { badge } from '../../render/html/parts.ts';
import { htmlText, type Markup, markup } from '../../render/markup.ts';
import { ICON_PATH, SCRIPT_PATH, STYLE_PATH } from './assets.ts';
import type { PageContext } from './page-context.ts';
import { lasting, postForm } from './page-parts.ts';

interface Page {
  readonly title: string;
  /** What the page is about, above everything else. */
  readonly head: Markup;
  readonly body: Markup;
  /** It changes by itself when nodes report. */
  readonly isLive?: boolean;
}

const PLACES: readonly (readonly [href: string, text: string])[] = [
  ['/', 'Now'],
  ['/problems', 'Problems'],
  ['/clusters', 'Clusters'],
  ['/nodes', 'Nodes'],
  ['/changes', 'Changes'],
];

/** A whole page. Style and script come from the hub itself; nothing stands in the page that a browser would run. */
export const hubPage = (page: Page, context: PageContext): string =>
  htmlText(markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="same-origin">
<meta name="robots" content="noindex">
<meta name="format-detection" content="telephone=no">
<title>${page.title} - pve-doctor hub</title>
<link rel="icon" href="${ICON_PATH}" type="image/svg+xml">
<link rel="stylesheet" href="${STYLE_PATH}">
<script src="${SCRIPT_PATH}" defer></script>
</head>
<body id="top"${page.isLive === true ? markup` data-live="${context.now}"` : null}>
<a class="skip" href="#main">Skip to the content</a>
${masthead(context)}<main id="main" class="wrap" tabindex="-1">
${away(context)}<div class="head">${page.head}</div>
${page.body}</main>
<p id="said" class="vh" role="status"></p>
<footer><div class="wrap"><p>pve-doctor hub ${VERSION}, as of ${context.now.slice(0, 16).replace('T', ' ')} UTC. Nodes report here; nothing is ever sent to one. <a href="${context.path}">Reload</a></p></div></footer>
</body>
</html>
`);

function masthead({ viewer, csrf, path }: PageContext): Markup {
  const brand = markup`<a class="brand" href="/"><b>pve-doctor</b> hub</a>`;
  if (viewer === null) return markup`<header class="masthead"><div class="wrap">${brand}</div></header>\n`;
  const places = viewer.role === 'admin' ? [...PLACES, ['/settings', 'Settings'] as const] : PLACES;
  const [here = ''] = path.split('?');
  return markup`<header class="masthead"><div class="wrap">${brand}<nav aria-label="Pages">${places.map(([href, text]) => markup`<a href="${href}"${href === here ? markup` aria-current="page"` : null}>${text}</a>`)}</nav>
<form class="find" role="search" action="/search"><label class="vh" for="q">Search the fleet</label><input id="q" type="search" name="q" placeholder="VMID, guest, volume, WWID, server" maxlength="200"></form>
<div class="who">${csrf === '' ? markup`<span class="soft">${viewer.name}</span>` : markup`<a href="/account"${here === '/account' ? markup` aria-current="page"` : null}>${viewer.name}</a>`} ${csrf === '' ? null : postForm('/logout', csrf, markup`<button type="submit">Log out</button>`, 'inline')}</div></div></header>
`;
}

const away = ({ awaySince, now }: PageContext): Markup | null =>
  awaySince === null
    ? null
    : markup`<div class="told critical" role="alert">${badge('critical', 'Database')} The database has not answered ${lasting(awaySince, now)}. What stands here may be old. Nodes keep their reports and send them again: nothing is lost.</div>
`;
