// npm run screenshots: the pictures of the README, of the example node and of the example hub, in Debian's Chromium.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium as chromiumOf } from 'playwright-core';
import { becomeFirst, openHub } from '../test/browser/hub.ts';
import { findChromium } from './browser-setup.mjs';
import { bunPath } from './setup.mjs';

const REPOSITORY = fileURLToPath(new URL('..', import.meta.url));
const EXAMPLE = 'test/captures/example-node/capture.json';
const scratch = mkdtempSync(join(tmpdir(), 'pve-doctor-screenshots-'));

/** The colours of the report (src/render/colour.ts) as a dark terminal shows them. */
const COLOURS: Readonly<Record<string, string>> = {
  1: 'font-weight:bold',
  2: 'opacity:.6',
  31: 'color:#f66',
  32: 'color:#6d6',
  33: 'color:#ec5',
  34: 'color:#7af',
  36: 'color:#5cc',
};

function run(program: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: REPOSITORY, encoding: 'utf8' });
  if (status === null || stdout === null) throw new Error(`${program} did not run: ${stderr}`);
  return stdout;
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** Text with SGR sequences as HTML: each closes what was open before it. */
const coloured = (text: string): string =>
  text
    .split(/\x1b\[([\d;]*)m/)
    .map((part, at) => (at % 2 === 0 ? escaped(part) : `</span><span style="${styleOf(part)}">`))
    .join('');

const styleOf = (codes: string): string =>
  codes
    .split(';')
    .flatMap((code) => COLOURS[code] ?? [])
    .join(';');

function picture(chromium: string, page: string, name: string, [width, height]: readonly [number, number]): void {
  const path = join(REPOSITORY, 'docs/images', name);
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--no-first-run'];
  run(chromium, [...flags, `--window-size=${width},${height}`, `--screenshot=${path}`, `file://${page}`]);
}

const chromium = findChromium();
if (chromium === null) process.exit(1);
const screen = run(bunPath(), ['src/main.ts', 'check', '--color', 'always', '--from', EXAMPLE]);
const body = `<body style="margin:0;background:#111;color:#ddd"><pre style="font:15px/1.35 monospace;padding:14px;margin:0"><span>${coloured(`$ pve-doctor check\n${screen}`)}</span></pre>`;
writeFileSync(join(scratch, 'terminal.html'), `<!doctype html><meta charset="utf-8">${body}`);
picture(chromium, join(scratch, 'terminal.html'), 'terminal.png', [960, 400]);
run(bunPath(), ['src/main.ts', 'report', '--from', EXAMPLE, '-o', join(scratch, 'report.html')]);
picture(chromium, join(scratch, 'report.html'), 'html.png', [1100, 720]);
rmSync(scratch, { recursive: true });

const hub = await openHub();
const browser = await chromiumOf.launch({ executablePath: chromium, args: ['--no-sandbox', '--disable-gpu'] });
const page = await browser.newPage({ viewport: { width: 1100, height: 720 } });
await becomeFirst(page, hub.link);
await page.goto(`${hub.running.address}/`);
await page.screenshot({ path: join(REPOSITORY, 'docs/images/hub.png') });
await browser.close();
await hub.close();
process.exit();
