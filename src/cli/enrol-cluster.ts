import { lookAtDataFile } from '../host/data-file.ts';
import { liveHost } from '../host/live-host.ts';
import { feedNode, isNodeName, pinnedKey } from '../host/ssh.ts';
import { shellWords } from '../model/command/shell-words.ts';
import type { CommandResult } from '../model/command-result.ts';
import { parseNodeAddresses } from '../parse/pmxcfs.ts';
import { clip } from '../render/message/clip.ts';
import { asInput, type Shown } from './enrol-token.ts';
import { type Terminal, warn } from './terminal.ts';

/** It checks the node and sends a report besides. */
const DEADLINE_MS = 180_000;

/** How ssh(1) itself ends. */
const SSH_FAILED = 255;

const SOME_LEFT = 1;

/** How the other nodes are found and reached; tests have a way of their own. */
export interface Reach {
  /** /etc/pve/.members; null where it cannot be read. */
  readonly members: () => Promise<string | null>;
  readonly feed: typeof feedNode;
}

const LIVE: Reach = {
  members: async () => {
    const [reading] = await liveHost().readFiles(['/etc/pve/.members']);
    return reading?.state === 'known' ? reading.value : null;
  },
  feed: feedNode,
};

/**
 * Has every other node of the cluster enrol itself, over Proxmox VE's own ssh command line: each makes a key of its own, and the token
 * goes to its standard input. A line for each; 0 only where all did.
 */
export async function enrolOthers(url: string, shown: Shown, terminal: Terminal, reach: Reach = LIVE): Promise<number> {
  const text = await reach.members();
  const members = text === null ? null : parseNodeAddresses(text);
  if (members === null) {
    await warn(terminal, '--cluster: /etc/pve/.members cannot be read, so only this node is enrolled');
    return SOME_LEFT;
  }
  const words = ['pve-doctor', 'enrol', url, '--token-file', '-', ...(shown.authorities === null ? [] : ['--ca', '-'])];
  const commandLine = shellWords(words);
  const results = await Promise.all(
    members.nodes
      .filter(({ name }) => name !== members.self)
      .map(async (node) => {
        const why = await whyNot(node, commandLine, asInput(shown), reach);
        await terminal.stdout.write(`${clip(node.name, 64)}: ${why === null ? 'enrolled' : `not enrolled: ${why}`}\n`);
        return why === null;
      }),
  );
  const left = results.filter((isDone) => !isDone).length;
  if (left > 0)
    await warn(terminal, `${left} of ${results.length + 1} nodes are not enrolled; the same command tries again`);
  return left > 0 ? SOME_LEFT : 0;
}

/** null: it is enrolled. */
async function whyNot(
  node: { readonly name: string; readonly ip: string; readonly online: boolean },
  commandLine: string,
  input: string,
  { feed }: Reach,
): Promise<string | null> {
  if (!isNodeName(node.name)) return 'that is no name of a node';
  if (!node.online) return 'it is offline';
  const isPinned = lookAtDataFile(pinnedKey(node.name)).state !== 'absent';
  const result = await feed(node, isPinned, { commandLine, deadlineMs: DEADLINE_MS }, input);
  return result.outcome === 'exited' && result.exitCode === 0 ? null : complaintOf(result);
}

function complaintOf({ outcome, exitCode, stderr }: CommandResult): string {
  const last = clip(stderr.trim().split('\n').at(-1) ?? '', 300);
  if (outcome === 'timed-out') return `no answer within ${DEADLINE_MS / 1000} s`;
  if (exitCode === SSH_FAILED) return `ssh failed${last === '' ? '' : `: ${last}`}`;
  // As the shell over there says it: a node without this program, or with a version that has no hub.
  if (exitCode === 127) return 'pve-doctor is not installed there';
  return last === '' ? `it ended with ${exitCode ?? outcome}` : last.replace(/^pve-doctor: /, '');
}
