import {
  type AcrossNodes,
  allOf,
  atOnce,
  type CrossFinding,
  type CrossJudgement,
  defineCrossCheck,
  evidenceOf,
  inPairs,
  NOT_AT_ONCE,
  named,
  nodesOf,
  type PairVerdict,
  type Sighting,
  sightings,
  sinceOf,
} from '../model/cluster/across-nodes.ts';
import { onItsWay } from '../model/cluster/migrations.ts';
import type { RunningPrint } from '../model/cluster/node-record.ts';
import { reads } from '../model/command/command.ts';

export const cl001 = defineCrossCheck({
  code: 'CL001',
  title: 'a guest runs on two nodes at once',
  harms: { corruption: '' },
  parts: ['running', 'activity'],
  judge: (facts) => {
    const seen = sightings(facts.view, 'running', (running) => running);
    const byVmid = Map.groupBy(seen, ({ item }) => item.vmid);
    return allOf([...byVmid].map(([vmid, ofOne]) => judge(vmid, ofOne, facts)));
  },
});

function judge(vmid: number, ofOne: readonly Sighting<RunningPrint>[], { guests }: AcrossNodes): CrossJudgement {
  const decide = (a: Sighting<RunningPrint>, b: Sighting<RunningPrint>): PairVerdict => {
    const moving = onItsWay(vmid, a, b, guests);
    const where = `guest ${vmid} runs on ${named([a.node, b.node])}`;
    if (moving !== 'no') return { ...moving, open: `${where}: ${moving.open}` };
    return atOnce(a, b) ? 'yes' : { open: `${where}: ${NOT_AT_ONCE}` };
  };
  const { proven, open } = inPairs(ofOne, decide);
  return { findings: proven.length === 0 ? [] : [findingFor(vmid, proven)], open };
}

function findingFor(vmid: number, proven: readonly Sighting<RunningPrint>[]): CrossFinding {
  const nodes = nodesOf(proven);
  return {
    harm: 'corruption',
    subject: { kind: 'vmid', id: String(vmid) },
    title: `Guest ${vmid} runs on ${named(nodes)} at once, and no migration is under way`,
    headline: `runs on ${named(nodes)} at once, and no migration is under way`,
    evidence: evidenceOf(
      proven,
      (running) => `a ${running.type === 'qemu' ? 'QEMU process' : 'container'} of ${vmid} runs ${sinceOf(running)}`,
    ),
    impact:
      'Both write to the same disks, each with its own idea of what is on them. Every minute damages the file systems of the guest further.',
    remedy: {
      text: `Find out which one is current (whose network answers, which one has the newer data), then stop the other one on its own node. Shutting it down cleanly writes once more; ending its process does not. Then check the file systems of the guest before it is used.`,
      commands: [reads('pve-doctor', 'cluster', '--fresh'), reads('qm', 'status', String(vmid))],
    },
    vmid,
    nodes,
  };
}
