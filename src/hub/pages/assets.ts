import { createHash } from 'node:crypto';
import { BASE_STYLE } from '../../render/html/style-base.ts';
import { PART_STYLE } from '../../render/html/style-parts.ts';
import { PRINT_STYLE } from '../../render/html/style-print.ts';
import { HUB_SCRIPT } from './script.ts';
import { HUB_STYLE } from './style.ts';

export interface Asset {
  readonly mediaType: string;
  readonly body: string;
}

/** The mark of a report, in a tab. */
const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#0a549e"/><path d="M4 17h6l3-8 6 15 3-7h6" fill="none" stroke="#fff" stroke-width="2.5" stroke-linecap="round" stroke-linejoin="round"/></svg>\n`;

const STYLE = BASE_STYLE + PART_STYLE + HUB_STYLE + PRINT_STYLE;

/** A name that changes with the content, so that a browser may keep it for ever. */
const named = (body: string, type: string): string =>
  `/assets/hub-${createHash('sha256').update(body).digest('hex').slice(0, 16)}.${type}`;

export const STYLE_PATH = named(STYLE, 'css');
export const SCRIPT_PATH = named(HUB_SCRIPT, 'js');
export const ICON_PATH = named(ICON, 'svg');

/** All that a page loads, by path. */
export const ASSETS: ReadonlyMap<string, Asset> = new Map([
  [STYLE_PATH, { mediaType: 'text/css; charset=utf-8', body: STYLE }],
  [SCRIPT_PATH, { mediaType: 'text/javascript; charset=utf-8', body: HUB_SCRIPT }],
  [ICON_PATH, { mediaType: 'image/svg+xml', body: ICON }],
]);
