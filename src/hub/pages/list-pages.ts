import { SEVERITIES } from '../../model/finding.ts';
import { counted } from '../../render/counted.ts';
import { type Markup, markup } from '../../render/markup.ts';
import type { ChangeRow, OpenProblem, SearchHit } from '../store/hub-store.ts';
import type { ProblemFilter } from '../store/list-filters.ts';
import { problemPath, problemsPath } from './addresses.ts';
import { changeList } from './change-list.ts';
import { type ClusterWord, clusterField, whichCluster } from './cluster-word.ts';
import { hubPage } from './frame.ts';
import type { PageContext } from './page-context.ts';
import { brief, choice, PAGE_SIZE, pager, problemLine, whereLinks } from './page-parts.ts';

export interface ProblemsPage {
  readonly filter: Omit<ProblemFilter, 'limit' | 'nodeId'>;
  /** One more than `PAGE_SIZE` where there is another page. */
  readonly problems: readonly OpenProblem[];
  readonly cluster: ClusterWord;
}

export function problemsPage({ filter, problems, cluster }: ProblemsPage, context: PageContext): string {
  const title = brief(problems[0]?.title ?? '');
  const heading = filter.code === undefined ? 'Problems' : title === '' ? filter.code : `${filter.code}: ${title}`;
  const shown = problems.slice(0, PAGE_SIZE);
  return hubPage(
    {
      title: heading,
      head: markup`<h1>${heading}</h1>`,
      body: markup`<section aria-label="Which">${filterForm(filter, cluster)}</section>
<section aria-label="Problems">${whichCluster(cluster, (clusterId) => problemsPath({ ...filter, clusterId })) ?? (shown.length === 0 ? markup`<p>None.</p>` : markup`<ul class="list">${shown.map((problem) => problemLine(problem, context.now))}</ul>`)}${pager(filter.offset, problems.length, (offset) => problemsPath({ ...filter, offset }))}</section>
`,
    },
    context,
  );
}

function filterForm({ code, severity, acknowledged }: ProblemsPage['filter'], cluster: ClusterWord): Markup {
  const known = acknowledged === undefined ? '' : acknowledged ? 'yes' : 'no';
  return markup`<form class="filters" action="/problems">${choice('Severity', 'severity', severity ?? '', [['', 'all'], ...SEVERITIES.map((one) => [one, one] as const)])}${clusterField(cluster)}${choice(
    'Acknowledged',
    'acknowledged',
    known,
    [
      ['', 'all'],
      ['no', 'no'],
      ['yes', 'yes'],
    ],
  )}<label>Code <input name="code" value="${code ?? ''}" size="8" maxlength="12"></label><button type="submit">Show</button></form>
`;
}

/** Of all kinds together. */
export const MOST_HITS = 200;

const KINDS: Readonly<Record<SearchHit['kind'], string>> = {
  vmid: 'VMIDs',
  guest: 'Guests',
  volume: 'Volumes and pools',
  wwid: 'Disks',
  server: 'Servers',
  storage: 'Storages and volume groups',
  node: 'Nodes',
};

/** What begins with the text, by kind; each leads to its problem, or to the node that has it. */
export function searchPage(text: string, hits: readonly SearchHit[], context: PageContext): string {
  const groups = Object.entries(KINDS).flatMap(([kind, words]) => {
    const own = hits.filter((hit) => hit.kind === kind);
    return own.length === 0
      ? []
      : [
          markup`<section aria-labelledby="${kind}-h"><h2 id="${kind}-h">${words}</h2><ul class="list">${own.map(hitLine)}</ul></section>\n`,
        ];
  });
  return hubPage(
    {
      title: `Search: ${text}`,
      head: markup`<h1>${text === '' ? 'Search' : text}</h1><p class="soft">${text === '' ? 'A VMID, or the beginning of a name of a guest, volume, disk (WWID), server, storage or node.' : hits.length >= MOST_HITS ? `the first ${MOST_HITS} places` : counted(hits.length, 'place')}</p>`,
      body: markup`${groups}${groups.length === 0 && text !== '' ? markup`<section><p>No node told of anything that begins with this. Silent nodes may know more than they told.</p></section>` : null}`,
    },
    context,
  );
}

const hitLine = (hit: SearchHit): Markup =>
  markup`<li><b>${hit.name}</b> <span class="soft">on</span> ${whereLinks(hit)}${hit.problemId === null ? null : markup` · <a href="${problemPath(hit.nodeId, hit.problemId)}">its problem</a>`}</li>\n`;

export const changesPage = (changes: readonly ChangeRow[], context: PageContext): string =>
  hubPage(
    {
      title: 'Changes',
      isLive: true,
      head: markup`<h1>What changed</h1>`,
      body: markup`<section aria-label="Changes">${changeList(changes, context.now, 'Nothing, as far as it is kept.')}</section>`,
    },
    context,
  );
