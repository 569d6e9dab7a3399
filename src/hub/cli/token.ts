import { UsageError } from '../../model/faults.ts';
import { printable } from '../../render/printable.ts';
import { SPAN } from '../config/hub-kinds.ts';
import { CLUSTER_NAME_WORDS, hashOf, isClusterName, newToken } from '../receive/enrol.ts';
import { columns, type HubTerminal } from './hub-terminal.ts';
import { type ConfigOptions, whoIsHere, withStore } from './with-store.ts';

interface CreateOptions extends ConfigOptions {
  readonly cluster?: string;
  readonly expires: string;
  readonly uses: string;
}

export async function runTokenCreate(options: CreateOptions, terminal: HubTerminal): Promise<number> {
  const span = SPAN.judge(options.expires);
  if ('wrong' in span) throw new UsageError(`--expires ${span.wrong}`);
  if (!/^[1-9]\d{0,3}$/.test(options.uses)) throw new UsageError('--uses must be a number of nodes from 1 to 9999');
  const cluster = options.cluster ?? '';
  if (cluster !== '' && !isClusterName(cluster)) throw new UsageError(`--cluster is ${CLUSTER_NAME_WORDS}`);
  return await withStore(options, terminal, async (store) => {
    const token = newToken();
    const now = new Date();
    const expiresAt = new Date(now.getTime() + span.value).toISOString();
    const [createdAt, createdBy, usesLeft] = [now.toISOString(), whoIsHere(), Number(options.uses)];
    await store.addToken({ cluster, createdAt, createdBy, expiresAt, usesLeft, hash: hashOf(token) });
    const scope = cluster === '' ? 'any cluster' : cluster;
    const detail = `${scope}, ${usesLeft} nodes, until ${expiresAt}`;
    await store.audit({ at: createdAt, who: createdBy, action: 'add-token', detail });
    await terminal.print(`${token}\n`);
    await terminal.note(
      `Good for ${printable(scope)}, ${usesLeft} nodes, until ${expiresAt}. It is not shown again.\n`,
    );
    return 0;
  });
}

export async function runTokenList(options: ConfigOptions, terminal: HubTerminal): Promise<number> {
  return await withStore(options, terminal, async (store) => {
    const tokens = await store.tokens(new Date().toISOString());
    const rows = tokens.map(({ id, cluster, usesLeft, expiresAt, createdBy }) => [
      ...[id, cluster === '' ? 'any' : cluster, `${usesLeft}`, expiresAt, createdBy],
    ]);
    await terminal.print(columns(['ID', 'CLUSTER', 'USES LEFT', 'UNTIL', 'MADE BY'], rows));
    return 0;
  });
}

export async function runTokenRemove(id: string, options: ConfigOptions, terminal: HubTerminal): Promise<number> {
  return await withStore(options, terminal, async (store) => {
    if (!(await store.removeToken(id))) throw new UsageError(`there is no token ${id}; token list shows them`);
    await store.audit({ at: new Date().toISOString(), who: whoIsHere(), action: 'remove-token', detail: id });
    return 0;
  });
}
