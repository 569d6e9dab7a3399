import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { printable } from '../../render/printable.ts';
import { runClusterPage } from '../cluster/run-cluster-page.ts';
import { readHubConfig } from '../config/load-hub-config.ts';
import { notifyReady } from '../server/notify-systemd.ts';
import { openStore } from '../store/open-store.ts';
import type { HubTerminal } from './hub-terminal.ts';

/** Shows the cluster of this node until it is stopped. What it remembers is its own: without a directory of the unit's, nothing. */
export async function runServeCluster(terminal: HubTerminal): Promise<number> {
  const stopped = terminal.stopped();
  const kept = terminal.env['STATE_DIRECTORY'];
  const folder = kept ?? mkdtempSync(join(tmpdir(), 'pve-doctor-cluster-'));
  const log = (line: string): void => {
    void terminal.note(`${printable(line)}\n`);
  };
  // Nobody configures it: a file of a hub on the same machine is that hub's.
  const nothing = { ...terminal.host, readSmallFile: async () => ({ state: 'absent' }) as const };
  const { config } = await readHubConfig(undefined, nothing, {});
  const store = await openStore(join(folder, 'cluster.db'));
  try {
    const { env, pid, host } = terminal;
    const running = await runClusterPage({ store, config, host, env, pid, log });
    log(`showing the cluster at ${running.address}`);
    notifyReady(env, pid);
    await stopped;
    await running.stop();
    return 0;
  } finally {
    if (kept === undefined) rmSync(folder, { recursive: true, force: true });
  }
}
