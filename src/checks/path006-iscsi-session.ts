import type { Readings } from '../model/check.ts';
import { defineCheck, type Facts, type Found } from '../model/check.ts';
import { reads } from '../model/command/command.ts';
import { logIn } from '../model/command/path-changes.ts';
import { listed } from '../model/evidence.ts';
import type { Evidence } from '../model/finding.ts';
import { ABOVE, carriedBy } from '../model/paths/carried.ts';
import { carriedDo, carriedEvidence } from '../model/paths/carried-words.ts';
import { type IscsiSession, unreadDisks } from '../model/paths/disks.ts';
import { isMultipath } from '../model/paths/multipath-maps.ts';

const NEEDS = ['stack', 'blockDevices', 'disks'] as const;
const WANTS = [...ABOVE, 'storage'] as const;

type Needed = Facts<(typeof NEEDS)[number]>;
type Wanted = Readings<(typeof WANTS)[number]>;

export const path006 = defineCheck({
  code: 'PATH006',
  dependsOnStack: true,
  title: 'iSCSI session or portal that is down',
  harms: { data: 'its disks have no other way', redundancy: 'there is another way, or nothing lies on it' },
  needs: NEEDS,
  wants: WANTS,
  examine: (facts: Needed, wanted) => {
    const { sessions } = facts.disks;
    const broken = sessions.filter((session) => whyBroken(session) !== null && isNamed(session));
    return [...Map.groupBy(broken, subjectOf).values()]
      .flatMap((same) => same.slice(0, 1).map((session) => brokenFinding(session, facts, wanted)))
      .concat(missingPortals(facts, wanted));
  },
  unjudged: ({ disks }: Needed) => [
    ...unreadDisks(disks),
    ...disks.sessions.flatMap((session) =>
      isNamed(session) ? [] : [`target or portal of iSCSI ${session.name} is not known`],
    ),
  ],
});

/** Under another name one session would be two. */
const isNamed = (session: IscsiSession): boolean => session.targetName !== null && portalsOf(session).length > 0;

/** The session says for a while that it is logged in after its connection was lost. */
function whyBroken({ state, connections }: IscsiSession): string | null {
  if (state !== null && state !== 'LOGGED_IN') return `is ${state}`;
  const down = connections.find((connection) => connection.state !== null && connection.state !== 'up');
  return down === undefined ? null : `has a connection that is ${down.state}`;
}

const portalsOf = ({ connections }: IscsiSession): readonly string[] =>
  connections.flatMap(({ portal }) => (portal === '' ? [] : [portal]));

/** The kernel counts sessions anew at each login. */
const subjectOf = (session: IscsiSession): string => `${session.targetName} ${listed(portalsOf(session))}`;

function above(sessions: readonly IscsiSession[], facts: Needed, wanted: Wanted) {
  const names = new Set(sessions.map(({ name }) => name));
  const own = facts.disks.disks.filter(({ session }) => names.has(session));
  const numbers = own.map(({ devNo }) => devNo);
  return { own, carried: carriedBy(numbers, facts, wanted) };
}

/** Storages of storage.cfg that name the target themselves (iscsi, iscsidirect, zfs over iSCSI). */
function storageEvidence(target: string | null, { storage }: Wanted): readonly Evidence[] {
  const named = storage.state === 'known' ? storage.value.storages : [];
  const ids = named.filter(({ properties }) => properties['target'] === target).map(({ storeid }) => storeid);
  return ids.length === 0 ? [] : [{ fact: `storage ${listed(ids)} uses this target`, source: '/etc/pve/storage.cfg' }];
}

function brokenFinding(session: IscsiSession, facts: Needed, wanted: Wanted): Found {
  const { own, carried } = above([session], facts, wanted);
  const map = carried.devices.find(isMultipath);
  return {
    harm: carried.devices.length > 0 && map === undefined ? 'data' : 'redundancy',
    subject: { kind: 'device', id: subjectOf(session) },
    title: `iSCSI session to ${session.targetName} by ${listed(portalsOf(session))} ${whyBroken(session)}`,
    headline:
      `${map === undefined ? '' : 'has an iSCSI session that '}${whyBroken(session)} (portal ${listed(portalsOf(session))}): ` +
      (map === undefined ? `${carriedDo(carried, 'waits or fails', 'wait or fail')}` : 'its paths are down'),
    evidence: [
      {
        fact: `${session.name} is ${session.state ?? 'unknown'}`,
        source: `/sys/class/iscsi_session/${session.name}/state`,
      },
      ...session.connections.map(({ name, state, portal: of }) => ({
        fact: `${name} to ${of || 'an unknown portal'} is ${state ?? 'unknown'}`,
        source: `/sys/class/iscsi_connection/${name}/state`,
      })),
      ...own.map(({ kernelName, state }) => ({
        fact: `disk ${kernelName} comes through it and is ${state ?? 'unknown'}`,
        source: `/sys/block/${kernelName}/device/state`,
      })),
      ...carriedEvidence(carried),
      ...storageEvidence(session.targetName, wanted),
    ],
    impact:
      'Its disks wait until the recovery time of the session is over (120 s by default), then fail every command. `iscsiadm -m session` lists ' +
      'such a session like a good one.',
    remedy: {
      text:
        'See whether the portal answers on the network of the storage (address, VLAN, MTU, switch). open-iscsi logs in again by ' +
        'itself when it does. Do not log out (`iscsiadm -u`): that takes the disks away from under whatever uses them, without asking.',
      commands: [
        reads('iscsiadm', '-m', 'session', '-P', '1'),
        ...portalsOf(session)
          .slice(0, 1)
          .map((at) => reads('ping', '-c', '3', at.replace(/:\d+$/, ''))),
      ],
    },
    ...(map === undefined ? {} : { about: map.name }),
  };
}

/**
 * Discovery records every address that the target tells, link-local ones among them (`fe80::1`), by which nobody logs in without an
 * interface (RFC 4007, section 11).
 */
const portalsOnRecord = (target: string, { disks }: Needed): readonly string[] =>
  (disks.portals.get(target) ?? []).filter((portal) => !/^\[?fe[89ab][0-9a-f]:/i.test(portal));

/** A session of which nobody knows the target, or that only its disks show, may be the one by that portal. */
function hasUnknownSession({ disks: { sessions, disks } }: Needed): boolean {
  const names = new Set(sessions.map(({ name }) => name));
  return (
    sessions.some(({ targetName }) => targetName === null) ||
    disks.some(({ session }) => session !== '' && !names.has(session))
  );
}

/** Targets with a portal on record that no session uses, while another one is used. */
function missingPortals(facts: Needed, wanted: Wanted): readonly Found[] {
  if (hasUnknownSession(facts)) return [];
  const byTarget = Map.groupBy(facts.disks.sessions, ({ targetName }) => targetName ?? '');
  return [...byTarget].flatMap(([target, sessions]) => {
    // Where a portal could not be read, nobody knows that it is not in use.
    if (target === '' || sessions.some((session) => portalsOf(session).length < session.connections.length)) return [];
    if (sessions.some(({ connections }) => connections.length === 0)) return [];
    const used = new Set(sessions.flatMap(portalsOf));
    const missing = portalsOnRecord(target, facts).filter((portal) => !used.has(portal));
    return missing.length === 0 ? [] : [missingFinding(target, sessions, missing, facts, wanted)];
  });
}

function missingFinding(
  target: string,
  sessions: readonly IscsiSession[],
  missing: readonly string[],
  facts: Needed,
  wanted: Wanted,
): Found {
  const { carried } = above(sessions, facts, wanted);
  const map = carried.devices.find(isMultipath);
  return {
    harm: 'redundancy',
    subject: { kind: 'device', id: `${target} ${listed(missing)}` },
    title: `no iSCSI session to ${target} by portal ${listed(missing)}`,
    headline: `${map === undefined ? '' : 'has a target that '}is not logged in by portal ${listed(missing)}: ${carriedDo(carried, 'has fewer paths than it could', 'have fewer paths than they could')}`,
    evidence: [
      {
        fact: `portals on record: ${listed(portalsOnRecord(target, facts))}`,
        source: `/etc/iscsi/nodes/${target}`,
      },
      {
        fact: `sessions by: ${listed([...new Set(sessions.flatMap(portalsOf))])}`,
        source: '/sys/class/iscsi_connection',
      },
      ...carriedEvidence(carried),
      ...storageEvidence(target, wanted),
    ],
    impact: 'When the portals that are used fail, the disks are gone, although the target has another way.',
    remedy: {
      text:
        'Log in by the missing portal; multipathd takes the new path. If the portal does not exist any more, delete its record, so that ' +
        'logins do not wait for it.',
      commands: missing.slice(0, 2).map((portal) => logIn(target, portal)),
    },
    ...(map === undefined ? {} : { about: map.name }),
  };
}
