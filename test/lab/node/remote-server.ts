import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type Journal, waitFor } from './journal.ts';

/** The server's address; it is in a network namespace of its own, so its cable can be pulled. */
export const SERVER = '10.9.0.2';

const NAMESPACE = 'srv';
const SHARES = '/srv';

/** A file server beside the node: kernel NFS, Samba, SFTP. What it shares is below /srv. */
export class RemoteServer {
  readonly #journal: Journal;
  readonly #exports: string[] = [];

  constructor(journal: Journal) {
    this.#journal = journal;
    journal.run(['modprobe', '-a', 'veth', 'nfs', 'nfsv3', 'nfsv4', 'nfsd']);
    journal.run(['ip', 'netns', 'add', NAMESPACE]);
    journal.run(['ip', 'link', 'add', 'v0', 'type', 'veth', 'peer', 'name', 'v1']);
    journal.run(['ip', 'link', 'set', 'v1', 'netns', NAMESPACE]);
    journal.run(['ip', 'addr', 'add', '10.9.0.1/24', 'dev', 'v0']);
    journal.run(['ip', 'link', 'set', 'v0', 'up']);
    this.#there('ip', 'addr', 'add', `${SERVER}/24`, 'dev', 'v1');
    this.#there('ip', 'link', 'set', 'lo', 'up');
    this.plugCable(true);
    // An overlay cannot be exported; version 4 paths begin at the export with fsid=0.
    journal.run(['mount', '-t', 'tmpfs', 'tmpfs', SHARES]);
    this.#exports.push(`${SHARES} 10.9.0.0/24(rw,no_root_squash,no_subtree_check,insecure,fsid=0)`);
  }

  #there(...argv: readonly string[]): void {
    this.#journal.run(['ip', 'netns', 'exec', NAMESPACE, ...argv]);
  }

  plugCable(plugged: boolean): void {
    this.#there('ip', 'link', 'set', 'v1', plugged ? 'up' : 'down');
  }

  /** A directory of the server; with a size, a file system of its own. */
  directory(name: string, sizeMib?: number, access = 'rw,no_root_squash'): string {
    const path = `${SHARES}/${name}`;
    mkdirSync(path, { recursive: true });
    if (sizeMib !== undefined) this.#journal.run(['mount', '-t', 'tmpfs', '-o', `size=${sizeMib}m`, 'tmpfs', path]);
    const options = `${access},no_subtree_check,insecure,fsid=${this.#exports.length}`;
    this.#exports.push(`${path} 10.9.0.0/24(${options})`);
    return path;
  }

  startNfs(): void {
    for (const directory of ['/run/rpcbind', '/var/lib/nfs/v4recovery', '/var/lib/nfs/sm']) {
      mkdirSync(directory, { recursive: true });
    }
    writeFileSync('/etc/exports', `${this.#exports.join('\n')}\n`);
    this.#there('rpcbind', '-w');
    // nfsd's file system belongs to the network namespace that mounts it.
    const start = ['mount -t nfsd nfsd /proc/fs/nfsd', 'exportfs -ra', 'rpc.nfsd -G 10 -L 10 2', 'rpc.mountd'];
    this.#there('sh', '-ec', start.join('; '));
  }

  /** Connections are refused from now on; a hard mount waits for ever. */
  stopNfs(): void {
    this.#there('sh', '-ec', 'mountpoint -q /proc/fs/nfsd || mount -t nfsd nfsd /proc/fs/nfsd; rpc.nfsd 0');
  }

  /** The directory is exported no more; what has it mounted gets ESTALE. */
  withdraw(name: string): void {
    this.#there('sh', '-ec', `exportfs -u 10.9.0.0/24:${SHARES}/${name}; exportfs -f`);
  }

  startSamba(share: string): void {
    this.#journal.run(['modprobe', 'cifs']);
    for (const directory of ['/run/samba', '/var/log/samba', '/var/cache/samba', '/var/lib/samba/private']) {
      mkdirSync(directory, { recursive: true });
    }
    const path = `${SHARES}/${share}`;
    mkdirSync(path, { recursive: true });
    chmodSync(path, 0o777);
    writeFileSync('/etc/samba/smb.conf', `${smbConf(share, path).join('\n')}\n`);
    this.#there('smbd', '-D');
    waitFor('smbd listens', () => this.#listens(445));
  }

  stopSamba(): void {
    this.#journal.run(['killall', '-KILL', 'smbd']);
  }

  #listens(port: number): boolean {
    const argv = ['ip', 'netns', 'exec', NAMESPACE, 'cat', '/proc/net/tcp'];
    return this.#journal
      .run(argv)
      .stdout.includes(`:${port.toString(16).toUpperCase().padStart(4, '0')} 00000000:0000 0A`);
  }

  mountNfs(name: string, target: string, ...options: readonly string[]): void {
    mkdirSync(target, { recursive: true });
    const version = options.some((option) => option.startsWith('vers=')) ? [] : ['vers=4.2'];
    const list = [...version, ...options].join(',');
    this.#journal.run(['mount', '-t', 'nfs', '-o', list, `${SERVER}:/${name}`, target]);
  }

  mountCifs(share: string, target: string): void {
    mkdirSync(target, { recursive: true });
    this.#journal.run(['mount', '-t', 'cifs', '-o', 'guest,vers=3.0', `//${SERVER}/${share}`, target]);
  }

  /** sshfs with a program in ssh's place that starts the SFTP server; answers a function that ends that server. */
  mountSshfs(name: string, target: string): void {
    mkdirSync(target, { recursive: true });
    const ssh = '/run/ssh-without-network';
    writeFileSync(ssh, '#!/bin/sh\nexec /usr/lib/openssh/sftp-server\n', { mode: 0o755 });
    this.#journal.run(['sshfs', '-o', `ssh_command=${ssh}`, `backup@nas:${SHARES}/${name}`, target]);
  }
}

const smbConf = (share: string, path: string): readonly string[] => [
  '[global]',
  'server role = standalone server',
  'map to guest = Bad User',
  `interfaces = ${SERVER}`,
  'bind interfaces only = yes',
  'disable netbios = yes',
  'smb ports = 445',
  'load printers = no',
  `[${share}]`,
  `path = ${path}`,
  'guest ok = yes',
  'read only = no',
  'force user = root',
];

/** Mount points of a process's namespace that are below a directory, from its mountinfo. */
export const mountedBelow = (directory: string, pid: number | 'self' = 'self'): readonly string[] =>
  readFileSync(`/proc/${pid}/mountinfo`, 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .filter((target) => target.startsWith(directory))
    .sort();
