import type { Facts } from '../check.ts';
import type { SectionReadings } from '../derived.ts';
import { knownOrNull, whyNot } from '../reading.ts';
import { minuteOf } from '../time-words.ts';
import { type Answer, type Stop, together } from './answer.ts';
import { guestOf } from './preconditions.ts';
import { type Situation, situationOf } from './situation.ts';
import { beforeStart } from './start.ts';

/** Guests of this node that run and could not start again, what keeps them here, and what the others lose meanwhile. */
export function beforeReboot(facts: Facts<'guests' | 'storage' | 'cluster'>, readings: SectionReadings): Answer {
  const here = facts.guests.configs
    .filter(({ node, template }) => node === facts.cluster.nodeName && !template)
    .map((config) => situationOf(config, facts, readings));
  const running = here.filter((one) => one.running === true);
  return together(
    readings.running.state === 'known' ? {} : { notLooked: [`which guests run: ${whyNot(readings.running)}`] },
    ...running.map(comesBack),
    { notes: running.flatMap(staysHere) },
    { notes: here.flatMap((one) => replicaNotes(one)) },
    quorum(facts, readings),
    {
      notLooked: [
        'whether this node serves NFS, iSCSI or Ceph to others',
        'whether what is mounted by hand is mounted again',
      ],
    },
  );
}

/** What its start would meet, but that it runs now. */
function comesBack(situation: Situation): Partial<Answer> {
  const { stops, notLooked } = beforeStart(situation);
  const guest = guestOf(situation);
  const others = stops.filter(({ because }) => because !== 'it runs already');
  return {
    stops: others.map((one): Stop => ({ ...one, because: `${guest} runs and could not start again: ${one.because}` })),
    notLooked: notLooked.map((sentence) => `${guest}: ${sentence}`),
  };
}

function staysHere(situation: Situation): readonly string[] {
  const local = situation.volumes.filter(({ storage }) => storage?.shared === false);
  return local.length === 0
    ? []
    : [
        `${guestOf(situation)} runs on storage of this node alone (${[...new Set(local.map(({ storeid }) => storeid))].join(', ')}): it is down meanwhile`,
      ];
}

function replicaNotes({ config, readings }: Situation): readonly string[] {
  const states = knownOrNull(readings.replication)?.states.filter(({ vmid }) => vmid === config.vmid) ?? [];
  return states.map(({ target, lastSyncAt }) =>
    lastSyncAt === null
      ? `the copy of guest ${config.vmid} on node ${target} was never finished`
      : `the copy of guest ${config.vmid} on node ${target} is of ${minuteOf(lastSyncAt)}`,
  );
}

/** Each node has one vote unless somebody gave it others. */
function quorum({ cluster }: Facts<'cluster'>, { peers }: SectionReadings): Partial<Answer> {
  const members = knownOrNull(peers)?.members ?? [];
  if (cluster.clusterName === '' || members.length < 2) return {};
  const left = members.filter(({ online, name }) => online && name !== cluster.nodeName).length;
  if (left * 2 > members.length) return {};
  return {
    notes: [
      `${left} of ${members.length} nodes stay: without this one they have no quorum, unless votes were changed or a device gives one`,
    ],
  };
}
