import { defineCheck, type Facts, type Found } from '../model/check.ts';
import { reads } from '../model/command/command.ts';
import { counted, listed, SOURCE } from '../model/evidence.ts';
import type { GuestConfig } from '../model/guests/pve.ts';
import { busyGuest, hidden, type LeftOut } from '../model/report/not-judged.ts';
import { inPool, unreadPools } from '../model/volumes/rbd-places.ts';
import type { VolumePlace } from '../model/volumes/volumes.ts';

interface IdleImage {
  readonly config: GuestConfig;
  readonly place: VolumePlace;
  readonly volid: string;
  readonly name: string;
  readonly locked: boolean;
  /** null: nobody could see who has it open. */
  readonly watchers: readonly string[] | null;
  /** null: nobody could see whether mirroring writes it. */
  readonly mirrored: boolean | null;
}

export const vol008 = defineCheck({
  code: 'VOL008',
  title: 'RBD image of a stopped guest that a client keeps locked or open',
  harms: { operation: 'another client has it open', housekeeping: 'it is locked by one that is gone' },
  needs: ['volumes', 'namedVolumes', 'running', 'inFlight', 'mounts'],
  examine: (facts) => idleImages(facts).flatMap((image) => judged(image, new Set(facts.mounts.addresses))),
  unjudged: (facts) => [
    ...unreadPools(facts.volumes),
    ...occupiedImages(facts),
    ...idleImages(facts).flatMap(({ locked, watchers, mirrored, volid }) =>
      (watchers === null && locked) || mirrored === null || (watchers?.length && facts.mounts.addresses.length === 0)
        ? [`${volid} is ${locked ? 'locked' : 'open'}, and whether by this node or another client could not be read`]
        : [],
    ),
  ],
  notCompared: (facts) =>
    [...Map.groupBy(idleImages(facts), ({ place }) => place.where)].flatMap(([where, images]) => {
      const unasked = images.filter(({ locked, watchers }) => !locked && watchers === null).length;
      return unasked === 0
        ? []
        : [
            `whether other clients have ${counted(unasked, 'disk')} of stopped guests in pool ${where} open was not read`,
          ];
    }),
});

/** Images of guests that something works on: whoever has them open is expected to. */
const occupiedImages = (facts: Facts<'namedVolumes' | 'running' | 'inFlight'>): readonly LeftOut[] =>
  facts.namedVolumes.flatMap(({ config: { vmid }, volume }) => {
    const why = volume?.rbd === undefined ? null : facts.inFlight.forVmid(vmid);
    if (why === null) return [];
    return [
      why.is === 'busy' ? busyGuest(vmid, why.because) : hidden(`guest ${vmid}: ${why.because}`, { vmids: [vmid] }),
    ];
  });

/** Of guests of this node that do not run, with nothing at work on them: each node looks at its own. */
function idleImages(facts: Facts<'namedVolumes' | 'running' | 'inFlight'>): readonly IdleImage[] {
  const running = new Set(facts.running.guests.map(({ vmid }) => vmid));
  const found = new Map<string, IdleImage>();
  for (const { config, mention, volume, volid, place, name } of facts.namedVolumes) {
    if (volume?.rbd === undefined || mention.section !== 'current' || running.has(config.vmid)) continue;
    if (facts.inFlight.forVmid(config.vmid) !== null) continue;
    const { locked, watchers, mirrored = false } = volume.rbd;
    // The daemon of rbd-mirror keeps a copy of another cluster's image open and locked, for as long as it is one.
    if (mirrored !== true) found.set(`${place.id} ${name}`, { config, place, volid, name, locked, watchers, mirrored });
  }
  return [...found.values()];
}

/** What this node itself has open is no client that went away: a disk that somebody mapped here, a program that exports it. */
function judged(image: IdleImage, own: ReadonlySet<string>): readonly Found[] {
  const { locked, watchers, mirrored } = image;
  if (watchers === null || mirrored === null) return [];
  if (watchers.length === 0) return locked ? [deadLock(image)] : [];
  const isElsewhere = own.size > 0 && watchers.every((address) => !own.has(address.replace(/^\[(.*)\]$/, '$1')));
  return isElsewhere ? [heldElsewhere(image, watchers)] : [];
}

const common = ({ volid, config, place, name, locked }: IdleImage) => ({
  subject: { kind: 'volume' as const, id: volid },
  evidence: [
    {
      fact: locked ? `${name} is locked by a client` : `${name} is not locked`,
      source: inPool(place, 'rbd', 'ls', '-l').join(' '),
    },
    { fact: `guest ${config.vmid} is of this node and does not run`, source: SOURCE.running },
  ],
  vmid: config.vmid,
});

function deadLock(image: IdleImage): Found {
  const { volid, config, place, name } = image;
  const { evidence, ...rest } = common(image);
  const status = inPool(place, 'rbd', 'status', name);
  return {
    ...rest,
    harm: 'housekeeping',
    title: `${volid} is locked by a client that is gone`,
    headline: `has a disk with the lock of a client that is gone, ${name}`,
    evidence: [...evidence, { fact: 'no client has it open', source: status.join(' ') }],
    impact:
      'The client died without unlocking it. The next one that writes takes the lock over and shuts the dead one out, if its key may do so ' +
      '(`profile rbd`); with a key that may not, the guest hangs at its start.',
    remedy: {
      text: `Nothing has to be done before the next start of guest ${config.vmid}. If that hangs, look at the lock, and give the key the profile \`rbd\`.`,
      commands: [reads(...inPool(place, 'rbd', 'lock', 'ls', name)), reads(...status)],
    },
  };
}

function heldElsewhere(image: IdleImage, watchers: readonly string[]): Found {
  const { volid, config, place, name } = image;
  const { evidence, ...rest } = common(image);
  const status = inPool(place, 'rbd', 'status', name);
  const who = listed([...new Set(watchers)]);
  return {
    ...rest,
    harm: 'operation',
    title: `${volid} is open on ${who}, while guest ${config.vmid} is stopped here`,
    headline: `has a disk that a client at ${who} keeps open, ${name}`,
    evidence: [
      ...evidence,
      { fact: `clients at ${who} have it open, which is not this node`, source: status.join(' ') },
    ],
    impact:
      'It cannot be removed (`image still has watchers`), and a start of the guest here would write to a disk that another machine may ' +
      'be writing to.',
    remedy: {
      text:
        `Find what has it open on ${who}: a guest of another cluster, a disk that was mapped by hand, a node that hangs. End it there. A client that ` +
        'died goes by itself within half a minute. Start the guest after that.',
      commands: [reads(...status), reads(...inPool(place, 'rbd', 'lock', 'ls', name))],
    },
  };
}
