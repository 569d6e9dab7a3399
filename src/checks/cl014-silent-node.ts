import { type CrossFinding, defineCrossCheck } from '../model/cluster/across-nodes.ts';
import { type UnjudgedNode, unjudgedNodes } from '../model/cluster/cluster-view.ts';
import { reads } from '../model/command/command.ts';
import { counted } from '../model/evidence.ts';

const DAY_SECONDS = 24 * 3600;

export const cl014 = defineCrossCheck({
  code: 'CL014',
  title: 'a node has been silent for a day',
  harms: { housekeeping: '' },
  parts: [],
  judge: ({ view }) => ({
    findings: unjudgedNodes(view).flatMap(({ name, standing }) => {
      const { lastHeardAt } = standing;
      if (lastHeardAt === null) return [];
      const seconds = (Date.parse(view.takenAt) - Date.parse(lastHeardAt)) / 1000;
      return seconds >= DAY_SECONDS ? [findingFor(name, standing, seconds, view.self)] : [];
    }),
    open: [],
  }),
});

function findingFor(name: string, { because, lastHeardAt }: UnjudgedNode, seconds: number, self: string): CrossFinding {
  const since = counted(Math.floor(seconds / DAY_SECONDS), 'day');
  return {
    harm: 'housekeeping',
    subject: { kind: 'node', id: name },
    title: `${name} has told nothing of itself for ${since}: ${because}`,
    headline: `has told nothing of itself for ${since}: ${because}`,
    evidence: [{ fact: `the last record of ${name} was taken at ${lastHeardAt ?? ''}`, source: `record of ${name}` }],
    impact: 'Nothing is known of its storage, and nothing of what it has in common with the other nodes is judged.',
    remedy: {
      text: `On ${name}, see whether the timer runs and what its last run said.`,
      commands: [
        reads('systemctl', 'list-timers', 'pve-doctor*'),
        reads('journalctl', '-u', 'pve-doctor*', '--since', '-2days'),
      ],
    },
    nodes: [self, name],
  };
}
