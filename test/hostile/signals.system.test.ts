import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const PROGRAM = fileURLToPath(new URL('interrupted-process.ts', import.meta.url));

/** What has ended and is not collected yet (Z) is not there: nothing collects it in a container without an init. */
const isThere = (pid: number): boolean => {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
};

/** Starts the program below a shell that prepares for it; its pid, and that of the child that it waits for. */
async function started(prepare: string) {
  const child = spawn('sh', ['-c', `${prepare} exec "$0" "$1"`, process.execPath, PROGRAM], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, exit: once(child, 'exit') as Promise<[number | null]>, grandchild: Number(line) };
}

describe('a signal', () => {
  it.each([
    ['SIGHUP', 129],
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s ends the children too, and shows in the exit status', async (signal, status) => {
    const { child, exit, grandchild } = await started('');
    expect(isThere(grandchild)).toBe(true);
    child.kill(signal);
    expect((await exit)[0]).toBe(status);
    await expect.poll(() => isThere(grandchild)).toBe(false);
  });

  // Node puts every signal back to its default when it starts (src/node.cc PlatformInit), so there is nothing to see.
  it.runIf('bun' in process.versions)('that nohup switched off stays off', async () => {
    const { child, exit, grandchild } = await started("trap '' HUP;");
    child.kill('SIGHUP');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect([child.exitCode, isThere(grandchild)]).toEqual([null, true]);
    child.kill('SIGTERM');
    expect((await exit)[0]).toBe(143);
  });
});
