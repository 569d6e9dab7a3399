import { spawn } from 'node:child_process';
import type { CommandResult } from '../model/command-result.ts';
import type { NodeAddress, NodeAnswer } from './host.ts';
import { ENVIRONMENT, findProgram, runCommand } from './run.ts';
import { feedProgram } from './send-program.ts';

/** What a node is asked, and how long and how much it may answer. */
export interface Question {
  readonly commandLine: string;
  readonly deadlineMs: number;
  /** Of all nodes together, which answer at the same time. */
  readonly mostBytes: number;
  /** Of one node. */
  readonly mostOfOne: number;
  /** Where ssh is, for tests. */
  readonly program?: string;
}

const MIB = 1024 * 1024;

/** Three looks, each as long as a check of a busy node. */
export const HOW_ARE_YOU: Question = {
  commandLine: 'pve-doctor publish --print --looks 3',
  ...{ deadlineMs: 60_000, mostBytes: 256 * MIB, mostOfOne: 16 * MIB },
};

/** All of them must fit into one capture that can be read again (capture-file.ts). */
export const CAPTURE_YOURSELF: Question = {
  commandLine: 'pve-doctor capture --print',
  ...{ deadlineMs: 60_000, mostBytes: 160 * MIB, mostOfOne: 64 * MIB },
};

/** What one of so many nodes may answer. */
export const shareOf = ({ mostBytes, mostOfOne }: Question, nodes: number): number =>
  Math.min(mostOfOne, Math.floor(mostBytes / Math.max(1, nodes)));

const CONNECT_SECONDS = 10;

/** pve-cluster calls nodes by a host name's rules (PVE::JSONSchema pve_verify_node_name). */
const NODE_NAME = /^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/;
const ADDRESS = /^[0-9A-Fa-f:.]+$/;

export const isNodeName = (name: string): boolean => NODE_NAME.test(name);

/** Where PVE since 8.0.6 keeps the one key that a node may have; before, the list of all in /etc/ssh counts. */
export const pinnedKey = (node: string): string => `/etc/pve/nodes/${node}/ssh_known_hosts`;

/**
 * Proxmox VE's own command line from node to node (pve-cluster src/PVE/SSHInfo.pm ssh_info_to_command), so that it works where
 * migrations do, from PVE 6 on: root's key, no question, the key of that node and no other.
 */
export function sshCommand(
  { name, ip }: NodeAddress,
  isPinned: boolean,
  more: readonly string[] = [],
): readonly [string, ...string[]] {
  const pinned = ['-o', `UserKnownHostsFile=${pinnedKey(name)}`, '-o', 'GlobalKnownHostsFile=none'];
  return [
    'ssh',
    ...['-e', 'none', '-o', 'BatchMode=yes', '-o', `HostKeyAlias=${name}`],
    ...(isPinned ? pinned : []),
    ...['-o', `ConnectTimeout=${CONNECT_SECONDS}`, ...more],
    `root@${ADDRESS.test(ip) ? ip : name}`,
  ];
}

/** Asks nodes, all at once; each has its own deadline. `isPinned` says whose key stands in /etc/pve. */
export const askNodes = (
  nodes: readonly NodeAddress[],
  isPinned: (node: string) => boolean,
  now: () => Date,
  question: Question,
): Promise<readonly NodeAnswer[]> =>
  Promise.all(
    nodes.map(async (node) => {
      const askedAt = now().toISOString();
      const [ssh, ...args] = sshCommand(node, isPinned(node.name));
      const argv = [question.program ?? ssh, ...args, '--', question.commandLine] as const;
      const limits = { deadlineMs: question.deadlineMs, maxBytes: shareOf(question, nodes.length) };
      const result = isNodeName(node.name)
        ? await runCommand({ argv, ...limits })
        : ({
            argv,
            outcome: 'failed',
            exitCode: null,
            stdout: '',
            stderr: 'no name of a node',
            truncated: false,
            durationMs: 0,
          } as const);
      return { askedAt, answeredAt: now().toISOString(), result };
    }),
  );

/**
 * Runs a command line on another node that reads a text from its standard input: what must stand in no argument vector, neither here
 * nor there.
 */
export function feedNode(
  node: NodeAddress,
  isPinned: boolean,
  question: Pick<Question, 'commandLine' | 'deadlineMs' | 'program'>,
  input: string,
): Promise<CommandResult> {
  const [name, ...args] = sshCommand(node, isPinned);
  const { commandLine, deadlineMs, program = findProgram(name) } = question;
  return feedProgram({ program: 'ssh', args: [...args, '--', commandLine], input, deadlineMs }, program);
}

/** Runs a command line on another node, with this terminal. The exit status is its own; null: ssh could not be started. */
export function runOnNode(
  node: NodeAddress,
  isPinned: boolean,
  commandLine: string,
  hasTerminal: boolean,
): Promise<number | null> {
  const [name, ...args] = sshCommand(node, isPinned, hasTerminal ? ['-t'] : []);
  const program = findProgram(name);
  if (program === null) return Promise.resolve(null);
  return new Promise((resolve) => {
    const environment = { ...ENVIRONMENT, TERM: process.env['TERM'] ?? 'dumb' };
    const child = spawn(program, [...args, '--', commandLine], { env: environment, stdio: 'inherit' });
    // Ctrl-C is for the other side, which this terminal is now.
    const ignore = (): void => undefined;
    process.on('SIGINT', ignore);
    const end = (code: number | null): void => {
      process.off('SIGINT', ignore);
      resolve(code);
    };
    child.once('error', () => end(null));
    child.once('exit', end);
  });
}
