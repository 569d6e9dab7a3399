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

const STYLE = BASE_STYLE + PART_STYLE + HUB_STYLE + PRINT_STYLE;

/** A name that changes with the content, so that a browser may keep it for ever. */
const named = (body: string, type: string): string =>
  `/assets/hub-${createHash('sha256').update(body).digest('hex').slice(0, 16)}.${type}`;

export const STYLE_PATH = named(STYLE, 'css');
export const SCRIPT_PATH = named(HUB_SCRIPT, 'js');

/** All that a page loads, by path. */
export const ASSETS: ReadonlyMap<string, Asset> = new Map([
  [STYLE_PATH, { mediaType: 'text/css; charset=utf-8', body: STYLE }],
  [SCRIPT_PATH, { mediaType: 'text/javascript; charset=utf-8', body: HUB_SCRIPT }],
]);
