import { createHash, X509Certificate } from 'node:crypto';
import { getRequestListener } from '@hono/node-server';
import type { ConfigHost } from '../../config/secrets.ts';
import { readRecords } from '../../host/read-records.ts';
import { UsageError } from '../../model/faults.ts';
import { describeProblem } from '../../model/reading.ts';
import { parseClusterRecords } from '../../parse/cluster-records.ts';
import { commandText } from '../../parse/command-output.ts';
import type { HubConfig } from '../config/hub-config.ts';
import { pveClient } from '../login/pve-client.ts';
import { openHub } from '../server/hub-parts.ts';
import { type Environment, listen } from '../server/listen.ts';
import type { Running } from '../server/run-server.ts';
import type { HubStore } from '../store/hub-store.ts';
import { makeClusterApp } from './cluster-app.ts';
import { feed } from './feed.ts';
import { pveVisitors } from './pve-visitor.ts';

/** As often as pvestatd looks; nodes publish every quarter of an hour. */
const FEED_MS = 60_000;
/** Three intervals of publishing, as everywhere in a cluster. */
const SILENT_MS = 46 * 60_000;
export const CLUSTER_PORT = 8471;
const COROSYNC = '/etc/corosync/corosync.conf';
/** Which pveproxy shows, the first that is there (pve-manager PVE/Service/pveproxy.pm). */
const CERTIFICATES = ['/etc/pve/local/pveproxy-ssl', '/etc/pve/local/pve-ssl'];
const API = 'https://127.0.0.1:8006';

export interface ClusterServing {
  readonly store: HubStore;
  /** Defaults of a hub; what it listens to follows from the node. */
  readonly config: HubConfig;
  readonly host: ConfigHost;
  readonly env: Environment;
  readonly pid: number;
  readonly log: (line: string) => void;
}

/** Shows the cluster of this node, by what its nodes published, to users of its Proxmox VE. */
export async function runClusterPage(serving: ClusterServing): Promise<Running> {
  const { store, config, host, env, pid, log } = serving;
  const now = (): Date => new Date();
  const { path, fingerprint } = await certificateOf(host);
  const cluster = await clusterName(host);
  const server = { ...config.server, certificate: `${path}.pem`, key: `${path}.key` };
  const own: HubConfig = {
    ...config,
    server: { ...server, listen: { host: '::', port: CLUSTER_PORT } },
    retention: { ...config.retention, silentAfterMs: SILENT_MS },
  };
  const parts = openHub({ store, config: own, now, log });
  const pve = { nodes: [API], authority: null, fingerprint, realm: 'pam', role: 'viewer' as const };
  const visitors = pveVisitors(pveClient({ ...pve, admins: [], operators: [] }), () => now().getTime());
  const app = makeClusterApp(parts, visitors);
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const listening = await listen(own.server, listener, { env, pid, log });
  const stopFeeding = await keepFeeding(store, cluster, log);
  return {
    port: listening.port,
    address: `https://localhost:${listening.port}`,
    stop: async () => {
      stopFeeding();
      parts.events.close();
      await listening.stop(5000);
      await store.close();
    },
  };
}

async function certificateOf(host: ConfigHost): Promise<{ readonly path: string; readonly fingerprint: string }> {
  for (const path of CERTIFICATES) {
    const file = await host.readSmallFile(`${path}.pem`, 256 * 1024);
    if (file.state !== 'read') continue;
    // Of a chain the first is the node's own.
    const { raw } = new X509Certificate(file.bytes);
    return { path, fingerprint: createHash('sha256').update(raw).digest('hex') };
  }
  throw new UsageError(`this is no node of Proxmox VE: there is no ${CERTIFICATES.at(-1)}.pem`, 69);
}

async function clusterName(host: ConfigHost): Promise<string> {
  const file = await host.readSmallFile(COROSYNC, 256 * 1024);
  const text = file.state === 'read' ? Buffer.from(file.bytes).toString('utf8') : '';
  const name = /^\s*cluster_name:\s*(\S{1,100})\s*$/m.exec(text)?.[1];
  if (name === undefined) throw new UsageError('this node is in no cluster: its own report is all there is to see', 69);
  return name;
}

/** At once, and then every minute; gives how to stop. What cannot be read makes nodes silent, and is said. */
async function keepFeeding(store: HubStore, cluster: string, log: (line: string) => void): Promise<() => void> {
  const turn = async (): Promise<void> => {
    const text = commandText({ ...(await readRecords()), argv: ['perl', 'PVE::Cluster'] });
    const peers = text.state === 'known' ? parseClusterRecords(text.value, new Date().toISOString()) : text;
    if (peers.state === 'known') await feed(store, cluster, peers.value);
    else
      log(
        `what nodes published was not read: ${peers.state === 'absent' ? peers.reason : describeProblem(peers.problem)}`,
      );
  };
  const told = (error: unknown): void => log(`feed: ${error instanceof Error ? error.message : String(error)}`);
  await turn().catch(told);
  const timer = setInterval(() => void turn().catch(told), FEED_MS);
  timer.unref();
  return () => clearInterval(timer);
}
