import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FORMS } from '../../src/cli/forms.ts';
import { makeProgram, runProgram } from '../../src/cli/program.ts';
import type { Terminal } from '../../src/cli/terminal.ts';
import { captureText } from '../../src/host/capture-file.ts';
import { OPERATIONS } from '../../src/model/before/answer.ts';
import { UsageError } from '../../src/model/faults.ts';
import { textsOf } from '../../src/render/message/compose.ts';
import { reportOf } from '../capture-files.ts';
import { firstChange } from '../data/hostile-texts.ts';
import { silentTerminal } from '../docs/own-commands.ts';
import { nodeWith, SECRETS } from '../redact/secret-places.ts';
import { trials } from '../sample.ts';

/** Every command that works on a capture, in every form, on a node with a secret in each place that holds one. */

const DIRECTORY = mkdtempSync(join(tmpdir(), 'canary-'));

const forms = (command: readonly string[], names: readonly string[]): readonly (readonly string[])[] =>
  names.map((name) => [...command, '--format', name]);

const ALL_FORMS = Object.keys(FORMS);
/** Guests of the node with the secrets, what their disks lie on, and a word that nothing is called. */
const DRAWN = ['107', '108', '100', 'sda', 'nothing-has-this-name'];

/** Every operation on the guests with the secrets, and of the whole node. */
const BEFORE: readonly (readonly string[])[] = OPERATIONS.flatMap((operation) =>
  operation === 'reboot'
    ? [[operation]]
    : ['107', '108'].map((vmid) => [
        ...[operation, vmid, '--to', 'nowhere', '--disk', vmid === '107' ? 'sata0' : 'mp0', '--snapshot', 'before'],
        ...['--storage', 'local', '--newid', '900', '--add', '1G'],
      ]),
);

const COMMANDS: readonly (readonly string[])[] = [
  ...forms(['check'], ALL_FORMS),
  ...forms(['check', '-v'], ALL_FORMS),
  ...[
    ['check', '-q'],
    ['check', '--only', 'mounts', '-v'],
    ['check', '--vmid', '107', '-v'],
  ],
  ...DRAWN.flatMap((word) => forms(['stack', word], ['text', 'json', 'html'])),
  ...forms(['mounts', '-v'], ['text', 'json']),
  ['mounts', '--lxc', '-v'],
  ...forms(['leftovers'], ['text', 'json', 'csv']),
  ['leftovers', '-v'],
  ...forms(['cluster', '-v'], ALL_FORMS),
  ['report'],
  ['report', '--cluster'],
  ...forms(['clean', '--dry-run'], ['text', 'json']),
  ...BEFORE.flatMap((operation) => forms(['before', ...operation], ['text', 'json'])),
  ['capture', '--print'],
  ['capture', '--print', '--redact'],
];

/** What a command says on both outputs, and how it refuses. */
async function said(argv: readonly string[]): Promise<string> {
  const texts: string[] = [];
  const write = async (text: string) => {
    texts.push(text);
  };
  const terminal: Terminal = {
    env: {},
    stdout: { write, isTty: false, columns: undefined },
    stderr: { write },
    isRoot: false,
  };
  try {
    await runProgram(argv, terminal);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    texts.push(error.message);
  }
  return texts.join('');
}

const reading = makeProgram(silentTerminal().terminal, () => undefined)
  .commands.filter(({ options }) => options.some(({ long }) => long === '--from'))
  .map((command) => command.name());

it('every command that reads a node is looked at', () => {
  expect([...new Set(COMMANDS.map(([name]) => name))].sort()).toEqual([...reading].sort());
});

describe('a secret in every place that may hold one', () => {
  // The first twenty are one of each shape.
  const chosen = SECRETS.slice(0, trials(20));

  it.each(chosen)('is said by no command ($text)', { timeout: 600_000 }, async ({ text, marker }) => {
    const file = join(DIRECTORY, `${marker}.json`);
    writeFileSync(file, captureText(nodeWith(text)));
    expect(await said(['stack', '107', '--from', file])).toContain('https://removed-by-pve-doctor');
    const report = await reportOf(nodeWith(text));
    const message = textsOf({ id: 'x', createdAt: 'x', report, change: firstChange(report), kind: 'report' });
    expect(
      JSON.stringify(message, null, 1)
        .split('\n')
        .filter((line) => line.includes(marker)),
    ).toEqual([]);
    for (const command of COMMANDS) {
      const words = (await said([...command, '--from', file])).replaceAll(file, 'FILE').split('\n');
      expect({ command, left: words.filter((line) => line.includes(marker)) }).toEqual({ command, left: [] });
    }
  });
});
