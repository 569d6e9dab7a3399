import type { Host } from '../host/host.ts';
import type { Disk, IscsiConnection, IscsiSession } from '../model/paths/disks.ts';
import { line, namesIn, readTexts } from './sysfs.ts';

const SESSIONS = '/sys/class/iscsi_session';
const CONNECTIONS = '/sys/class/iscsi_connection';

export async function readSessions(
  host: Host,
  disks: readonly Disk[],
  unread: string[],
): Promise<readonly IscsiSession[]> {
  const names = await namesIn(host, SESSIONS, /^session\d+$/, unread);
  const connections = names.length === 0 ? [] : await namesIn(host, CONNECTIONS, /^connection\d+:\d+$/, unread);
  for (const { session } of disks)
    if (session !== '' && !names.includes(session) && !unread.includes(`${SESSIONS}/${session}`))
      unread.push(`${SESSIONS}/${session}`);
  const texts = await readTexts(host, [
    ...names.flatMap((name) => [`${SESSIONS}/${name}/state`, `${SESSIONS}/${name}/targetname`]),
    ...connections.flatMap((name) =>
      ['state', 'persistent_address', 'persistent_port'].map((file) => `${CONNECTIONS}/${name}/${file}`),
    ),
  ]);
  const must = (path: string): string | null => {
    const reading = texts.get(path);
    const value = reading?.state === 'known' ? line(reading.value) : null;
    if (value === null) unread.push(path);
    return value;
  };
  return names.map((name): IscsiSession => {
    const own = connections.filter((connection) => connection.startsWith(`connection${name.slice('session'.length)}:`));
    if (own.length === 0) unread.push(`${CONNECTIONS} of ${name}`);
    return {
      ...{ name, targetName: must(`${SESSIONS}/${name}/targetname`), state: must(`${SESSIONS}/${name}/state`) },
      connections: own.map((connection): IscsiConnection => {
        const at = `${CONNECTIONS}/${connection}`;
        const [address, port] = [must(`${at}/persistent_address`), must(`${at}/persistent_port`)];
        return {
          ...{ name: connection, state: must(`${at}/state`) },
          portal: address === null || port === null ? '' : `${address}:${port}`,
        };
      }),
    };
  });
}

const RECORDS = '/etc/iscsi/nodes';

/** `/etc/iscsi/nodes/<target>/<address>,<port>,<group>`: what open-iscsi found and logs in to. It only adds words. */
export async function readPortals(
  host: Host,
  sessions: readonly IscsiSession[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const targets = [...new Set(sessions.flatMap(({ targetName }) => targetName ?? []))].filter(
    (name) => !name.includes('/'),
  );
  const listings = await host.listDirs(targets.map((target) => `${RECORDS}/${target}`));
  return new Map(
    targets.map((target, at) => {
      const listing = listings[at];
      const records = listing?.state === 'known' ? listing.value : [];
      const portals = records.flatMap((record) => {
        const [, address, port] = /^(.+),(\d+),\d+$/.exec(record) ?? [];
        return address === undefined || port === undefined ? [] : [`${address}:${port}`];
      });
      return [target, [...new Set(portals)].sort()] as const;
    }),
  );
}
