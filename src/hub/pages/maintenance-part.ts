import { minute } from '../../render/counted.ts';
import { badge } from '../../render/html/parts.ts';
import { type Markup, markup } from '../../render/markup.ts';
import { mayActAs } from '../login/roles.ts';
import type { MaintenanceRow } from '../store/maintenance.ts';
import type { PageContext } from './page-context.ts';
import { postButton, postForm } from './page-parts.ts';

/** Spans that the form offers; there is none without an end. */
export const MAINTENANCE_SPANS = [
  ['1h', 'for an hour'],
  ['4h', 'for four hours'],
  ['12h', 'for twelve hours'],
  ['1d', 'for a day'],
  ['1w', 'for a week'],
] as const;

const mayChange = ({ viewer, csrf }: PageContext): boolean =>
  csrf !== '' && viewer !== null && mayActAs(viewer.role, 'operator');

/** What holds now, at the top of the page of a node or cluster. `path`: of that page; a window of its cluster ends there. */
export const maintenanceNow = (rows: readonly MaintenanceRow[], path: string, context: PageContext): Markup | null =>
  rows.length === 0
    ? null
    : markup`${rows.map(
        ({
          scope,
          node,
          cluster,
          by,
          reason,
          until,
        }) => markup`<div class="told notice"><p>${badge('notice', 'In maintenance')} ${scope === 'cluster' ? `The whole of ${cluster}` : (node ?? '')} until ${minute(until)}, says ${by}: ${reason}. Until then nothing of it counts or is told, and nobody waits for its reports.</p>${mayChange(context) && path.startsWith(scope === 'cluster' ? '/clusters/' : '/nodes/') ? postButton(`${path}/maintenance/end`, context.csrf, 'End it now') : null}</div>
`,
      )}`;

/** The form that begins one, or lets it end at another time. */
export const maintenanceForm = (what: string, path: string, context: PageContext): Markup | null =>
  mayChange(context)
    ? markup`<section aria-labelledby="maintenance-h"><details id="maintenance"><summary><h2 id="maintenance-h">Maintenance</h2></summary><p>While somebody works on ${what}, nothing of it counts on the first page or is told to anybody, nor is its silence. What still stands at the end counts then.</p>${postForm(
        `${path}/maintenance`,
        context.csrf,
        markup`<label>What is done <input name="reason" required maxlength="500" autocomplete="off"></label>
<label>How long <select name="until">${MAINTENANCE_SPANS.map(([value, words]) => markup`<option value="${value}">${words}</option>`)}</select></label>
<label>or until the end of a day, UTC <input name="date" type="date" min="${context.now.slice(0, 10)}"></label>
<button class="main" type="submit">Begin</button>`,
        'fields',
      )}</details></section>
`
    : null;
