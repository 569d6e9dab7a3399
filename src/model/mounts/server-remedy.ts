import type { SeenMount } from './mounts.ts';
import { serverOf } from './remote-filesystems.ts';

type Commands = readonly (readonly string[])[];

/** What shows, from this node, whether a server is there and what it offers. It ends by itself when the server is silent. */
export function serverCommands(fsType: string, source: string, options: readonly string[]): Commands {
  const server = serverOf(fsType, source, options);
  if (server === null) return programCommands(fsType);
  const { host } = server;
  return fsType.startsWith('nfs')
    ? [['timeout', '10', 'showmount', '-e', host]]
    : [['timeout', '10', 'smbclient', '-N', '-L', `//${host}`]];
}

/** `fuse.sshfs`: the program that serves it. */
function programCommands(fsType: string): Commands {
  const program = /^fuse\.([A-Za-z0-9_.-]+)$/.exec(fsType)?.[1];
  return program === undefined ? [] : [['pgrep', '-af', program]];
}

export const serverCommandsOf = ({ fsType, source, superOptions }: SeenMount): Commands =>
  serverCommands(fsType, source, superOptions);
