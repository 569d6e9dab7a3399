import type { Evidence } from '../finding.ts';
import type { LogicalVolume } from '../lvm/lvm.ts';
import type { Reading } from '../reading.ts';
import { type AcrossNodes, evidenceOf, nodesOf } from './across-nodes.ts';
import { sameGroup } from './same-disk.ts';
import { groupSightings } from './shared-groups.ts';

/** Nodes that have a volume active, as far as they told; `open`: those on which something uses it. */
export interface ActiveElsewhere {
  readonly active: readonly string[];
  readonly open: readonly string[];
  readonly evidence: readonly Evidence[];
}

const NOWHERE: ActiveElsewhere = { active: [], open: [], evidence: [] };

/**
 * Whether another node has a volume active. It settles in one direction only: a node that tells nothing of a volume may have it in
 * use all the same, so the absence of a word frees nothing.
 */
export function activeElsewhere(
  { vgUuid, lvUuid }: Pick<LogicalVolume, 'vgUuid' | 'lvUuid'>,
  acrossNodes: Reading<AcrossNodes>,
): ActiveElsewhere {
  if (acrossNodes.state !== 'known') return NOWHERE;
  const groups = groupSightings(acrossNodes.value).filter(({ item }) => item.vgUuid === vgUuid);
  const own = groups.find(({ node }) => node === acrossNodes.value.view.self);
  const seen = groups
    .filter(({ node, item }) => node !== own?.node && (own === undefined || sameGroup(own.item, item) !== 'other'))
    .flatMap(({ item, ...where }) =>
      (item.volumes ?? []).filter((volume) => volume.lvUuid === lvUuid).map((volume) => ({ ...where, item: volume })),
    );
  return {
    active: nodesOf(seen),
    open: nodesOf(seen.filter(({ item }) => item.openCount > 0)),
    evidence: evidenceOf(seen, ({ lvName, openCount }) =>
      openCount > 0 ? `${lvName} is active, open count ${openCount}` : `${lvName} is active and not open`,
    ),
  };
}
