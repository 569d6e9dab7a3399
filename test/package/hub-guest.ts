/**
 * What the hub's unit does where systemd is PID 1. Runs in a guest: RESULTS is its folder, with the package in it; the answer is
 * RESULTS/result.json.
 */
import { spawnSync } from 'node:child_process';
import { appendFileSync, statSync, writeFileSync } from 'node:fs';

export interface HubGuestResult {
  readonly complaints: string;
  readonly exposure: string;
  readonly state: string;
  readonly enabled: readonly string[];
  readonly users: string;
  readonly first: number;
  readonly journal: string;
  readonly files: readonly string[];
  readonly capabilities: string;
  readonly afterKill: number;
  readonly bySocket: { readonly before: string; readonly status: number; readonly user: string };
  readonly stopSeconds: number;
}

const [results = ''] = process.argv.slice(2);
const SERVICE = 'pve-doctor-hub.service';
const STATE = '/var/lib/pve-doctor-hub';

function says(...argv: readonly string[]): string {
  const [program = '', ...args] = argv;
  const done = spawnSync(program, args, { encoding: 'utf8', timeout: 120_000 });
  return `${done.stdout}${done.stderr}`.trim();
}

const show = (property: string): string => says('systemctl', 'show', '--value', '-p', property, SERVICE);

/** The status with which the page answers; 0: nobody listens. */
async function answer(address: string): Promise<number> {
  return await fetch(address, { redirect: 'manual', headers: { accept: 'text/html' } }).then(
    ({ status }) => status,
    () => 0,
  );
}

async function answerWithin(address: string, seconds: number): Promise<number> {
  for (let left = seconds * 10; left > 0; left -= 1) {
    const status = await answer(address);
    if (status !== 0) return status;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return 0;
}

const user = (): string => says('ps', '-o', 'user:32=', '-p', show('MainPID'));

says('ip', 'link', 'set', 'lo', 'up');
writeFileSync(`${results}/dpkg`, says('dpkg', '-i', `${results}/hub.deb`));
const page = 'http://127.0.0.1:8470/';
const first = await answerWithin(page, 30);
const state = show('ActiveState');
const [mode, files] = [(statSync(STATE).mode & 0o7777).toString(8), says('stat', '-c', '%n %a %U', `${STATE}/hub.db`)];
const capabilities = says('grep', '^Cap', `/proc/${show('MainPID')}/status`);
const users = user();
says('kill', '-9', show('MainPID'));
await new Promise((resolve) => setTimeout(resolve, 1000));
const afterKill = await answerWithin(page, 30);

appendFileSync('/etc/pve-doctor-hub/config.toml', '\n[server]\nurl = "http://localhost"\n');
says('mkdir', '-p', '/run/systemd/system/pve-doctor-hub.socket.d');
writeFileSync('/run/systemd/system/pve-doctor-hub.socket.d/port.conf', '[Socket]\nListenStream=\nListenStream=80\n');
says('systemctl', 'daemon-reload');
says('systemctl', 'stop', SERVICE);
const before = says('systemctl', 'start', 'pve-doctor-hub.socket') + show('ActiveState');
const status = await answerWithin('http://localhost/', 30);
const bySocket = { before, status, user: user() };
const began = Date.now();
says('systemctl', 'stop', 'pve-doctor-hub.socket', SERVICE);

const result: HubGuestResult = {
  ...{ state, first, users, capabilities, afterKill, bySocket },
  complaints: says('systemd-analyze', 'verify', '--man=no', SERVICE, 'pve-doctor-hub.socket'),
  exposure: says('systemd-analyze', 'security', '--no-pager', SERVICE).split('\n').at(-1) ?? '',
  enabled: [SERVICE, 'pve-doctor-hub.socket'].map((unit) => says('systemctl', 'is-enabled', unit)),
  journal: says('journalctl', '-u', SERVICE, '-o', 'cat'),
  files: [mode, files],
  stopSeconds: (Date.now() - began) / 1000,
};
writeFileSync(`${results}/result.json`, JSON.stringify(result));
process.exit(0);
