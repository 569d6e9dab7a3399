import { spawn } from 'node:child_process';
import type { Environment } from './listen.ts';

/**
 * Tells systemd that requests are answered, where its unit asks for that (sd_notify(3); with `Type=notify` the unit needs
 * `NotifyAccess=all`). By its own program: neither runtime opens datagram sockets of the file system.
 */
export function notifyReady(env: Environment, pid: number): void {
  const socket = env['NOTIFY_SOCKET'];
  if (socket === undefined || socket === '') return;
  const child = spawn('/usr/bin/systemd-notify', ['--ready', `--pid=${pid}`], {
    env: { NOTIFY_SOCKET: socket },
    stdio: 'ignore',
    cwd: '/',
  });
  // Without that program systemd waits, and says so itself.
  child.on('error', () => undefined);
  child.unref();
}
