import { defineCheck, type Found } from '../model/check.ts';
import { reads } from '../model/command/command.ts';
import type { GuestConfig } from '../model/guests/pve.ts';
import { size } from '../model/size.ts';
import type { NamedVolume } from '../model/volumes/named-volumes.ts';

const YEAR_DAYS = 365;
const DAY_SECONDS = 86_400;

interface OldSnapshot {
  readonly name: string;
  readonly days: number;
  /** Bytes that only this snapshot of its disks holds; null where no storage says it. */
  readonly bytes: number | null;
}

export const vol011 = defineCheck({
  code: 'VOL011',
  title: 'snapshot of a guest that stands for a year',
  harms: { housekeeping: '' },
  needs: ['guests', 'cluster', 'volumes', 'namedVolumes'],
  examine: (facts) => {
    const byGuest = Map.groupBy(facts.namedVolumes, ({ config }) => config);
    const now = Date.parse(facts.volumes.readAt) / 1000;
    return facts.guests.configs
      .filter(({ node }) => node === facts.cluster.nodeName)
      .flatMap((config) => {
        const old = oldSnapshots(config, byGuest.get(config) ?? [], now);
        return old.length === 0 ? [] : [findingFor(config, old)];
      });
  },
});

/** The oldest first. */
function oldSnapshots(config: GuestConfig, named: readonly NamedVolume[], now: number): readonly OldSnapshot[] {
  return [...(config.snapshotTimes ?? [])]
    .map(([name, time]) => ({ name, days: Math.floor((now - time) / DAY_SECONDS), bytes: heldBy(name, named) }))
    .filter(({ days }) => days >= YEAR_DAYS)
    .toSorted((a, b) => b.days - a.days);
}

function heldBy(snapshot: string, named: readonly NamedVolume[]): number | null {
  const held = named.flatMap(({ mention, volume }) =>
    mention.section === 'snapshot' && mention.snapshot === snapshot
      ? (volume?.snapshots.find(({ name }) => name === snapshot)?.heldBytes ?? [])
      : [],
  );
  return held.length === 0 ? null : held.reduce((sum, bytes) => sum + bytes, 0);
}

function findingFor({ vmid, path, type }: GuestConfig, old: readonly OldSnapshot[]): Found {
  const known = old.flatMap(({ bytes }) => bytes ?? []);
  const bytes = known.length === 0 ? null : known.reduce((sum, one) => sum + one, 0);
  const names = old.map(({ name }) => name);
  const held = bytes === null ? '' : ` (${size(bytes)})`;
  const what = old.length === 1 ? `snapshot ${names[0]}` : `${old.length} snapshots`;
  return {
    harm: 'housekeeping',
    subject: { kind: 'vmid', id: String(vmid) },
    title: `Guest ${vmid} has ${what} older than a year`,
    headline: `keeps ${what} for more than a year${held}`,
    bytes,
    evidence: old.map((one) => ({
      fact: `${one.name} stands for ${one.days} days${one.bytes === null ? '' : ` and holds ${one.bytes} bytes of its own`}`,
      source: `${path}, [${one.name}]`,
    })),
    impact:
      'It keeps every block that was overwritten since, so it grows with each write, and a snapshot is no backup: it is lost with its disk.',
    remedy: {
      text: 'Delete what nobody will go back to, with a backup before. Deleting merges data and takes time and load on some storages.',
      commands: [reads(type === 'qemu' ? 'qm' : 'pct', 'listsnapshot', String(vmid))],
    },
    vmid,
    about: names.join(', '),
  };
}
