/**
 * The floor: the commands that a check runs and the files that it reads, as a capture lists them, and nothing else.
 * `floor.ts CAPTURE`; the runtime is the one that pve-doctor runs on, the calls are the cheapest that it has.
 */
import { spawn } from 'node:child_process';
import { lstatSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import type { Capture, CapturedRun } from '../../src/model/capture.ts';

const capture = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Capture;

function attempt(read: () => unknown): void {
  try {
    read();
  } catch {
    // A process that ended since the capture.
  }
}

const run = (argv: readonly string[]): Promise<number> =>
  new Promise((resolve) => {
    const [program = 'false', ...args] = argv;
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let length = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      length += chunk.length;
    });
    child.stderr.resume();
    child.on('error', () => resolve(length));
    child.on('close', () => resolve(length));
  });

function readDescriptors(pid: string): void {
  for (const name of readdirSync(`/proc/${pid}/fd`)) {
    attempt(() => {
      if (readlinkSync(`/proc/${pid}/fd/${name}`).startsWith('/dev/')) statSync(`/proc/${pid}/fd/${name}`);
    });
  }
}

for (const recorded of Object.values(capture.commands ?? {})) {
  const runs: readonly CapturedRun[] = 'length' in recorded ? recorded : [recorded];
  for (const { argv } of runs) await run(argv ?? []);
}
for (const path of Object.keys(capture.files ?? {})) attempt(() => readFileSync(path));
for (const path of Object.keys(capture.directories ?? {})) attempt(() => readdirSync(path));
for (const path of Object.keys(capture.links ?? {})) attempt(() => readlinkSync(path));
for (const path of Object.keys(capture.stats ?? {})) attempt(() => lstatSync(path));
for (const name of readdirSync('/proc')) if (/^\d+$/.test(name)) attempt(() => readDescriptors(name));
