import { printable } from '../../render/printable.ts';
import type { HubConfig } from '../config/hub-config.ts';
import { notifyReady } from '../server/notify-systemd.ts';
import { firstLink, runServer } from '../server/run-server.ts';
import { serveSqliteAlone } from '../store/sqlite.ts';
import type { HubTerminal } from './hub-terminal.ts';
import { type ConfigOptions, configOf, storeOf } from './with-store.ts';

/** Answers until it is told to stop; then everything that was taken is written first. */
interface ServeOptions extends ConfigOptions {
  readonly cluster?: boolean;
}

export async function runServe(options: ServeOptions, terminal: HubTerminal): Promise<number> {
  if (options.cluster === true) return await (await import('./serve-cluster.ts')).runServeCluster(terminal);
  const stopped = terminal.stopped();
  const config = await configOf(options, terminal);
  const letGo = config.store.engine === 'sqlite' ? serveSqliteAlone(config.store.path) : () => undefined;
  try {
    return await serve(config, stopped, terminal);
  } finally {
    letGo();
  }
}

async function serve(config: HubConfig, stopped: Promise<void>, terminal: HubTerminal): Promise<number> {
  const store = await storeOf(config.store);
  const log = (line: string): void => {
    void terminal.note(`${line.split('\n').map(printable).join('\n')}\n`);
  };
  const now = (): Date => new Date();
  const serving = { store, config, now, env: terminal.env, pid: terminal.pid, log };
  const running = await runServer(serving).catch(async (error: unknown) => {
    await store.close();
    throw error;
  });
  log(`listening at ${running.address}, with ${store.engine}`);
  const link = config.login.local ? await firstLink({ store, now }, running.address) : null;
  if (link !== null) log(`Nobody administrates this hub yet. Whoever opens this link within the hour does:\n${link}`);
  notifyReady(terminal.env, terminal.pid);
  await stopped;
  log('stopping: what was taken is written first');
  await running.stop();
  return 0;
}
