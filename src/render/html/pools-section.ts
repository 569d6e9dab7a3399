import type { PoolRow } from '../../model/report/report.ts';
import { bytes } from '../counted.ts';
import { type Markup, markup } from '../markup.ts';
import { type Lookup, worstOf } from './lookup.ts';
import { bar, guestLinks, nothing, notKnown, ofGuests, problemLinks, type Section, table } from './parts.ts';

const COLUMNS = ['Thin pool', 'Data', 'Metadata', 'Free in its VG', 'Guests on it', 'Problems'].map((title) => ({
  title,
}));

/** How full thin pools are, by what they can grow, and who writes to them. */
export function poolsSection(lookup: Lookup): Section {
  const { thinPools } = lookup.report;
  const title = { id: 'pools', title: 'Thin pools' };
  if (thinPools === null) {
    const text = 'Thin pools were not read: there is none, or this report says below why not.';
    return { ...notKnown(title, '', text), folded: true };
  }
  if (thinPools.length === 0) return nothing(title, '0', 'This node has no thin pool.');
  const fullest = thinPools.toSorted((a, b) => fullness(b) - fullness(a));
  const rows = fullest.map((pool) => row(pool, lookup));
  const caption = 'The fullest first';
  return {
    ...title,
    note: `${thinPools.length}`,
    body: table({ id: 'pool-table', caption, columns: COLUMNS, rows, look: 'stack' }),
  };
}

const fullness = ({ dataPercent, metadataPercent }: PoolRow): number => Math.max(dataPercent, metadataPercent);

function row({ name, dataPercent, metadataPercent, sizeBytes, vgFreeBytes, vmids }: PoolRow, lookup: Lookup): Markup {
  const about = lookup.problemsAbout('thin-pool', name);
  const tone = worstOf(about);
  const cell = (percent: number) => markup`${percent.toFixed(1)} %${bar(percent, tone)}`;
  const size = sizeBytes === null ? null : markup`<span class="sub">of ${bytes(sizeBytes)}</span>`;
  const guests = vmids === null ? markup`not known` : vmids.length === 0 ? markup`none` : guestLinks(vmids, lookup);
  return markup`<tr${ofGuests(vmids ?? [])}><th scope="row"><span class="mono">${name}</span></th><td>${cell(dataPercent)}${size}</td><td>${cell(metadataPercent)}</td><td>${vgFreeBytes === null ? 'not known' : bytes(vgFreeBytes)}</td><td>${guests}</td><td>${problemLinks(about, lookup)}</td></tr>`;
}
