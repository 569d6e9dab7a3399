import { describe, expect, it } from 'vitest';
import { UsageError } from '../model/faults.ts';
import { runProgram } from './program.ts';
import type { Terminal } from './terminal.ts';

const NOBODY: Terminal = {
  env: {},
  stdout: { isTty: false, columns: 100, write: async () => undefined },
  stderr: { write: async () => undefined },
  isRoot: false,
};

async function saidOf(line: string): Promise<string> {
  const fault: unknown = await runProgram(line.split(' '), NOBODY).catch((error: unknown) => error);
  if (!(fault instanceof UsageError)) return `status ${fault}`;
  expect(fault.exitCode).toBe(64);
  return fault.message;
}

describe('a wrong command line', () => {
  it.each([
    ['chek', 'unknown command chek; did you mean check?'],
    ['config chek', 'unknown command chek; did you mean check?'],
    ['notify frob', 'unknown command frob; `pve-doctor notify --help` has them all'],
    ['check --onyl dm', 'unknown option --onyl; did you mean --only?'],
    ['clean --wipe-everything', 'unknown option --wipe-everything; `pve-doctor clean --help` has them all'],
    ['--wipe-everything', 'unknown option --wipe-everything; `pve-doctor check --help` has them all'],
    ['check --vmid abc', '--vmid abc: a VMID is a number from 100 to 999999999'],
    ['check --only lvm', '--only lvm: must be one of dm, mounts'],
    ['undo last', 'last is no step; `pve-doctor history` numbers them, and --last is the last run'],
    ['check -o', '-o, --output <file>: the value is missing'],
    ['undo', 'say what to take back: numbers of steps, --run ID or --last; `pve-doctor history` lists them'],
    ['capture --redact', 'capture takes the file to write with --output FILE, or --print'],
    ['clean 119', '119 is no name of an entry or volume; what concerns guest 119 is clean --vmid 119'],
    ['--only dm 119', 'check takes no argument'],
    ['undo 3 --last', 'numbers of steps, --run and --last exclude each other'],
    ['undo 7-3', '7-3 is no step; `pve-doctor history` numbers them, and --last is the last run'],
    ['explain dm13', 'there is no check dm13; did you mean DM013?'],
    ['explain ct', 'there are several checks ct: CT001, CT002, CT003, CT004, CT005'],
    ['history --limit 3', '--limit goes with --runs; the journal is shown whole'],
  ])('is answered in one sentence: %s', async (line, sentence) => {
    expect(await saidOf(line)).toBe(sentence);
  });

  it('names the commands, and the list of codes, where none is near', async () => {
    expect(await saidOf('explain everything')).toMatch(
      /^there is no check everything; `pve-doctor explain` lists all \d+ codes$/,
    );
    expect(await saidOf('wobble')).toMatch(/^unknown command wobble; the commands are check, report, .*config$/);
  });
});
