import { defineCheck, type Facts, type Found } from '../model/check.ts';
import { isFor } from '../model/cluster/across-nodes.ts';
import { reads } from '../model/command/command.ts';
import { listed } from '../model/evidence.ts';
import type { GuestConfig, Storage } from '../model/guests/pve.ts';
import { isMadeAnew } from '../model/needs/unsettled.ts';
import { knownOrNull } from '../model/reading.ts';
import { hidden, type LeftOut } from '../model/report/not-judged.ts';
import { isDisk } from '../model/volumes/guest-disks.ts';

type HaFacts = Facts<'guests' | 'cluster' | 'storage' | 'ha'>;

export const vol019 = defineCheck({
  code: 'VOL019',
  title: 'HA guest that cannot start on a node its rules allow',
  harms: { housekeeping: '' },
  needs: ['guests', 'cluster', 'storage', 'ha'],
  wants: ['replication'],
  examine: (facts, { replication }) => {
    const copies = new Set((knownOrNull(replication)?.jobs ?? []).map(({ vmid, target }) => `${vmid} ${target}`));
    return startedHere(facts).flatMap((config) => {
      const barred = barredNodes(config, facts, copies);
      return barred.length === 0 ? [] : [findingFor(config, barred, facts)];
    });
  },
  unjudged: (facts): readonly LeftOut[] => {
    const [why] = [
      ...(facts.ha.heldTo === null ? ['to which nodes the rules of the HA manager hold it could not be read'] : []),
      ...(facts.cluster.members === undefined ? ['which nodes the cluster has could not be read'] : []),
    ];
    return why === undefined
      ? []
      : startedHere(facts).map(({ vmid }) => hidden(`guest ${vmid}: ${why}`, { vmids: [vmid] }));
  },
});

/** Each node judges its own guests. */
const startedHere = ({ guests, cluster, ha }: HaFacts): readonly GuestConfig[] =>
  guests.configs.filter(
    ({ node, vmid, template }) => node === cluster.nodeName && !template && ha.managed.get(vmid) === 'started',
  );

interface Barred {
  readonly node: string;
  /** Why it cannot start there, as the rest of a sentence. */
  readonly because: string;
}

function barredNodes(
  config: GuestConfig,
  { cluster, storage, ha }: HaFacts,
  copies: ReadonlySet<string>,
): readonly Barred[] {
  if (ha.heldTo === null) return [];
  const { members = [] } = cluster;
  const nodes = ha.heldTo.get(config.vmid) ?? members;
  const used = disksOf(config).flatMap(({ key, storeid }) => {
    const one = storage.storages.find((other) => other.storeid === storeid);
    return one === undefined ? [] : [{ key, storage: one }];
  });
  return nodes
    .filter((node) => node !== config.node && members.includes(node))
    .flatMap((node) => {
      const hasCopy = copies.has(`${config.vmid} ${node}`);
      const why = used.map((one) => whyNotOn(one, node, hasCopy)).find((because) => because !== null);
      return why === undefined || why === null ? [] : [{ node, because: why }];
    });
}

const disksOf = ({ mentions }: GuestConfig): readonly { readonly key: string; readonly storeid: string }[] =>
  mentions.flatMap(({ key, section, target, certainty }) =>
    section === 'current' &&
    certainty === 'certain' &&
    target.kind === 'volid' &&
    isDisk(key) &&
    isOfGuest(target.volname)
      ? [{ key, storeid: target.storeid }]
      : [],
  );

const isOfGuest = (volname: string): boolean => !/^(?:iso|import|snippets)\//.test(volname) && !isMadeAnew(volname);

interface UsedStorage {
  readonly key: string;
  readonly storage: Storage;
}

/** A storage that is not shared means another place on each node; what stands here is there only where a job copies it. */
function whyNotOn({ key, storage }: UsedStorage, node: string, hasCopy: boolean): string | null {
  if (storage.disabled) return null;
  if (!isFor(storage, node)) return `${key} is on storage ${storage.storeid}, which is not for that node`;
  return storage.shared || hasCopy ? null : `${key} is on storage ${storage.storeid} of this node alone`;
}

function findingFor({ vmid, type }: GuestConfig, barred: readonly Barred[], { ha }: HaFacts): Found {
  const nodes = barred.map(({ node }) => node);
  const isHeld = ha.heldTo?.has(vmid) === true;
  return {
    harm: 'housekeeping',
    subject: { kind: 'vmid', id: String(vmid) },
    title: `Guest ${vmid} is under HA, and cannot start on ${listed(nodes)}`,
    headline: `is under HA, and cannot start on ${listed(nodes, 3)}: ${barred[0]?.because}`,
    evidence: [
      { fact: `${type === 'qemu' ? 'vm' : 'ct'}: ${vmid}, to be started`, source: '/etc/pve/ha/resources.cfg' },
      isHeld
        ? {
            fact: `a strict rule or a restricted group holds it to ${listed(ha.heldTo?.get(vmid) ?? [])}`,
            source: '/etc/pve/ha/rules.cfg',
          }
        : {
            fact: 'no strict rule and no restricted group holds it to some nodes: every node may start it',
            source: '/etc/pve/ha/rules.cfg',
          },
      ...barred.map(({ node, because }) => ({ fact: `${node}: ${because}`, source: '/etc/pve/storage.cfg' })),
    ],
    impact:
      'When this node fails, or the guest is moved by a rule, the HA manager may take it to such a node, where its start fails again and again; it ends in ' +
      '`error` and stays down.',
    remedy: {
      text:
        'Hold the guest to the nodes that have its disks, by a strict node affinity rule (up to Proxmox VE 8: a restricted group); or bring its disks to a storage ' +
        'that those nodes see, or replicate them; or take it out of HA.',
      commands: [reads('ha-manager', 'config')],
    },
    vmid,
    about: 'ha',
  };
}
