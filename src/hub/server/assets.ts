import { createHash } from 'node:crypto';
import { SCRIPT, STYLE } from './views/style.ts';

export interface Asset {
  readonly path: string;
  readonly type: string;
  readonly body: string;
}

/** Named for what is in it, so that a browser may keep it for ever and never has an old one. */
const asset = (extension: string, type: string, body: string): Asset => {
  const name = createHash('sha256').update(body).digest('hex').slice(0, 16);
  return { path: `/assets/hub-${name}.${extension}`, type: `${type}; charset=utf-8`, body };
};

export const STYLE_ASSET = asset('css', 'text/css', STYLE);
export const SCRIPT_ASSET = asset('js', 'text/javascript', SCRIPT);

export const ASSETS: ReadonlyMap<string, Asset> = new Map([STYLE_ASSET, SCRIPT_ASSET].map((one) => [one.path, one]));
