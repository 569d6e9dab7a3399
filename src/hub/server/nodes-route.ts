import type { Handler } from 'hono';
import { NODE_SORTS, NODE_STATES, type ShownNodes } from '../pages/addresses.ts';
import { CLOCK_OFF_MS, nodesPage } from '../pages/nodes-page.ts';
import { PAGE_SIZE } from '../pages/page-parts.ts';
import type { NodeFilter } from '../store/list-filters.ts';
import { clusterNamed } from './cluster-named.ts';
import { offsetOf } from './fleet-routes.ts';
import type { HubContext, HubEnv, HubParts } from './hub-parts.ts';
import { pageContext, silentBefore } from './show-page.ts';
import { userOf } from './visitor.ts';

/** What was asked for; what nobody could ask for by the form is as if it were not there. */
function shownBy(context: HubContext): ShownNodes {
  const { text = '', state, cluster = '', pve = '', version = '', sort } = context.req.query();
  return {
    text: text.trim().slice(0, 100),
    state: NODE_STATES.find((known) => known === state) ?? '',
    ...{ clusterId: cluster, pveVersion: pve, toolVersion: version },
    sort: NODE_SORTS.find((known) => known === sort) ?? 'quiet',
    offset: offsetOf(context),
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
    ...(state === 'maintenance' ? { maintenance: true as const } : {}),
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
    const asked = shownBy(context);
    const rows = await health.watch(async () => {
      const cluster = await clusterNamed(parts, asked.clusterId);
      const shown = { ...asked, clusterId: cluster.chosen?.clusterId ?? '' };
      const isKnown = cluster.text === '' || cluster.chosen !== null;
      const [nodes, versions] = await Promise.all([
        isKnown ? store.nodes(filterOf(shown, silentBefore(parts))) : [],
        store.versions(),
      ]);
      return { shown, nodes, cluster, versions };
    });
    return context.html(nodesPage(rows, pageContext(parts, context)));
  };
