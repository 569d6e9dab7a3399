import type { Handler } from 'hono';
import { NODE_SORTS, NODE_STATES, type ShownNodes } from '../pages/addresses.ts';
import { PAGE_SIZE } from '../pages/list-pages.ts';
import { CLOCK_OFF_MS, nodesPage } from '../pages/nodes-page.ts';
import type { NodeFilter } from '../store/list-filters.ts';
import type { HubContext, HubEnv, HubParts } from './hub-parts.ts';
import { pageContext, silentBefore } from './show-page.ts';
import { userOf } from './visitor.ts';

/** What was asked for; what nobody could ask for by the form is as if it were not there. */
function shownBy(context: HubContext): ShownNodes {
  const { text = '', state, cluster = '', pve = '', version = '', sort, offset = '' } = context.req.query();
  return {
    text: text.trim().slice(0, 100),
    state: NODE_STATES.find((known) => known === state) ?? '',
    ...{ clusterId: cluster, pveVersion: pve, toolVersion: version },
    sort: NODE_SORTS.find((known) => known === sort) ?? 'quiet',
    offset: /^\d{1,7}$/.test(offset) ? Number(offset) : 0,
  };
}

function filterOf(shown: ShownNodes, before: string): NodeFilter {
  const { text, state, clusterId, pveVersion, toolVersion, sort, offset } = shown;
  return {
    ...(text === '' ? {} : { text }),
    ...(clusterId === '' ? {} : { clusterId }),
    ...(pveVersion === '' ? {} : { pveVersion }),
    ...(toolVersion === '' ? {} : { toolVersion }),
    ...(state === 'silent' || state === 'not-judged' || state === 'quiet'
      ? { state: { is: state, silentBefore: before } }
      : {}),
    ...(state === 'clock' ? { clockOffByMs: CLOCK_OFF_MS } : {}),
    revoked: state === 'revoked',
    sort: sort === 'quiet' ? { by: 'quiet', silentBefore: before } : { by: sort },
    ...{ limit: PAGE_SIZE + 1, offset },
  };
}

export const showNodes =
  (parts: HubParts): Handler<HubEnv> =>
  async (context) => {
    userOf(context);
    const { store, health } = parts;
    const shown = shownBy(context);
    const before = silentBefore(parts);
    const [nodes, clusters, versions] = await health.watch(() =>
      Promise.all([store.nodes(filterOf(shown, before)), store.clusters(before), store.versions()]),
    );
    const byName = clusters.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    return context.html(nodesPage({ shown, nodes, clusters: byName, versions }, pageContext(parts, context)));
  };
