import { lookAtDataFile } from '../host/data-file.ts';
import { liveHost } from '../host/live-host.ts';
import { isNodeName, pinnedKey, runOnNode } from '../host/ssh.ts';
import { shellWords } from '../model/command/shell-words.ts';
import { UsageError } from '../model/faults.ts';
import { parseNodeAddresses } from '../parse/pmxcfs.ts';
import { demandRoot, type Terminal, warn } from './terminal.ts';

/** EX_UNAVAILABLE of sysexits.h; ssh itself says 255. */
const UNREACHABLE = 69;
const SSH_FAILED = 255;

/** Runs the rest of the command line on a node; null: it is this one, and nothing was run. */
export async function runOn(node: string, rest: readonly string[], terminal: Terminal): Promise<number | null> {
  demandRoot(terminal, 'only root reaches the other nodes of a cluster');
  const [reading] = await liveHost().readFiles(['/etc/pve/.members']);
  const members = reading?.state === 'known' ? parseNodeAddresses(reading.value) : null;
  if (members === null) throw new UsageError('--node needs a node of a cluster: /etc/pve/.members cannot be read', 69);
  if (node === members.self) return null;
  const member = members.nodes.find(({ name }) => name === node);
  if (member === undefined || !isNodeName(node)) {
    const names = members.nodes.map(({ name }) => name).join(', ');
    throw new UsageError(`there is no node ${node} in this cluster; its nodes are ${names}`);
  }
  const isPinned = lookAtDataFile(pinnedKey(node)).state !== 'absent';
  const line = shellWords(['pve-doctor', ...rest]);
  const code = await runOnNode(member, isPinned, line, terminal.stdout.isTty);
  if (code !== null && code !== SSH_FAILED) {
    // It ran as if somebody sat there: what it says to run next is for that node.
    if (rest[0] === 'clean' && code !== 0)
      await warn(terminal, `from here, each of its commands takes --node ${node} too`);
    return code;
  }
  await warn(terminal, `node ${node} was not reached: ${code === null ? 'ssh could not be started' : 'ssh failed'}`);
  return UNREACHABLE;
}
