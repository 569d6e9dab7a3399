import { type CrossFinding, defineCrossCheck, named } from '../model/cluster/across-nodes.ts';
import type { NodeView } from '../model/cluster/cluster-view.ts';
import { reads } from '../model/command/command.ts';
import { span } from '../model/time-words.ts';

/** Corosync and Proxmox VE bear seconds; tickets, replication and the order of logs do not bear minutes. */
const APART_SECONDS = 10;

export const cl012 = defineCrossCheck({
  code: 'CL012',
  title: 'clocks of nodes are apart',
  harms: { operation: '' },
  parts: [],
  judge: ({ view }) => {
    const apart = view.nodes.flatMap((node) => {
      const seconds = node.standing.clockAheadSeconds;
      return seconds === null || Math.abs(seconds) < APART_SECONDS ? [] : [{ node, seconds }];
    });
    return { findings: apart.map(({ node, seconds }) => findingFor(node, seconds, view.self)), open: [] };
  },
});

function findingFor({ name, standing }: NodeView, seconds: number, self: string): CrossFinding {
  const least = standing.state === 'judged' ? '' : 'at least ';
  const difference = `${least}${span(Math.abs(seconds))} ${seconds > 0 ? 'ahead of' : 'behind'} that of ${self}`;
  return {
    harm: 'operation',
    subject: { kind: 'node', id: name },
    title: `The clock of ${name} is ${difference}`,
    headline: `has a clock that is ${difference}`,
    evidence: [
      {
        fact:
          standing.state === 'judged'
            ? `asked just now, ${name} answered with a time that is ${difference}`
            : `the record of ${name} was taken at ${standing.lastHeardAt ?? 'a time'} by its own clock, which has not come yet here`,
        source: standing.state === 'judged' ? `answer of ${name}` : `record of ${name}`,
      },
    ],
    impact:
      'Logins of the other node are refused, schedules and replication run at the wrong time, and records of one node cannot be placed in time by the other. Which of the two clocks is wrong does not show here.',
    remedy: {
      text: `Compare both with the time server: on ${named([self, name])}.`,
      commands: [reads('chronyc', 'tracking'), reads('timedatectl', 'status')],
    },
    nodes: [self, name],
  };
}
