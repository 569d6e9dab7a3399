import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ROOT, read } from '../repo/repository.ts';
import { type Classified, classifyScript, unknownOptions } from './classify.ts';
import {
  type Block,
  fencedBlocks,
  indentedBlocks,
  inlineCode,
  promptOf,
  typedText,
  userPages,
} from './document-blocks.ts';
import { KNOWN_PROGRAMS } from './known-programs.ts';
import { commandNames, concrete, parseOwn, runOwn } from './own-commands.ts';
import { allPipelines, type Pipeline, readScript } from './shell-words.ts';

const PAGES = userPages();
const BLOCKS = PAGES.flatMap(fencedBlocks);
const TYPED = BLOCKS.filter((block) => typedText(block) !== '');

const scratch = mkdtempSync(join(tmpdir(), 'pve-doctor-docs-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Inline code that is a command: a known program with at least one word behind it. */
const inlineCommands = PAGES.flatMap(inlineCode).filter(({ text }) => {
  const words = text.trim().split(/\s+/);
  const [first = '', second = ''] = words[0] === 'sudo' ? words.slice(1) : words;
  const program = first.split('/').at(-1) ?? '';
  if (program === 'npm') return ['run', 'start', 'test', 'install', 'ci'].includes(second);
  return second !== '' && (program === 'pve-doctor' || KNOWN_PROGRAMS.has(program));
});

/** A command that is only named, as in "`pve-doctor undo` brings it back". */
const isName = ({ text }: Block): boolean => /^pve-doctor [a-z]+$/.test(text);

/** Command lines of ours in what is no shell: units, crontabs, configurations of monitoring. */
const embeddedCommands: readonly Block[] = BLOCKS.filter(
  ({ language }) => !['sh', 'console', 'text', 'json'].includes(language),
).flatMap((block) =>
  block.text.split('\n').flatMap((text, index) => {
    const command = /(?<![\w.-])(?:\/usr\/bin\/|bin\/)?pve-doctor(?: +[^'"]+)(?=$|['"])/.exec(text)?.[0];
    return command === undefined || /^\s*[#;]/.test(text)
      ? []
      : [{ ...block, line: block.line + index, text: command }];
  }),
);

interface Placed {
  readonly where: string;
  readonly found: Classified;
}

const placed = ({ path, line }: Block, found: readonly Classified[]): readonly Placed[] =>
  found.map((one) => ({ where: `${path}:${line}`, found: one }));

const ALL: readonly Placed[] = [
  ...TYPED.flatMap((block) => placed(block, classifyScript(typedText(block)))),
  ...inlineCommands.filter((block) => !isName(block)).flatMap((block) => placed(block, classifyScript(block.text))),
  ...embeddedCommands.flatMap((block) => placed(block, classifyScript(block.text))),
];

const OURS = new Map<string, { readonly where: string; readonly args: readonly string[] }>();
for (const { where, found } of ALL) {
  if (found.kind !== 'ours' && !(found.kind === 'npm' && found.script === 'start')) continue;
  const args = concrete(found.args);
  OURS.set(args.join(' '), { where, args });
}

interface Sample {
  readonly where: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly shown: readonly string[];
}

/** Outputs that are shown below a prompt, of commands on a bundled capture: they have to be real. A line `…` cuts. */
const SAMPLES: readonly Sample[] = BLOCKS.filter(({ language }) => language === 'console').flatMap((block) =>
  block.text.split(promptOf(block.text) === '$ ' ? /^(?=\$ )/m : /^(?=# )/m).flatMap((part) => {
    const [prompt = '', ...shown] = part.trimEnd().split('\n');
    const command = prompt.slice(2);
    const [found] = classifyScript(command);
    if (found?.kind !== 'ours' || !command.includes('--from test/captures/') || shown.length === 0) return [];
    return [{ where: `${block.path}:${block.line}`, command, args: concrete(found.args), shown }];
  }),
);

describe('commands in the documents', () => {
  it('stand in fenced blocks with a language', () => {
    const nameless = BLOCKS.filter(({ language }) => language === '').map(({ path, line }) => `${path}:${line}`);
    const indented = PAGES.flatMap((page) => indentedBlocks(page).map((line) => `${page.path}:${line}`));
    expect([...nameless, ...indented]).toEqual([]);
  });

  it('are in blocks of `sh`, or behind a prompt in `console`', () => {
    const hidden = BLOCKS.filter(
      ({ language, text }) => language === 'bash' || (language === 'text' && /^\$ /m.test(text)),
    );
    expect(hidden.map(({ path, line }) => `${path}:${line}`)).toEqual([]);
  });

  it('are all known to test/docs/known-programs.ts, with their options', () => {
    const unknown = ALL.flatMap(({ where, found }) => (found.kind === 'problem' ? [`${where} ${found.problem}`] : []));
    expect(unknown).toEqual([]);
  });

  it('have options that the lab can look up, or a source', () => {
    const nowhere = [...KNOWN_PROGRAMS].filter(([, known]) => known.help === undefined && known.source === undefined);
    expect(nowhere.map(([name]) => name)).toEqual([]);
  });

  it('name scripts of package.json behind npm', () => {
    const { scripts } = JSON.parse(read('package.json')) as { readonly scripts: Readonly<Record<string, string>> };
    const unknown = ALL.flatMap(({ where, found }) =>
      found.kind === 'npm' && !(found.script in scripts) && !['install', 'ci'].includes(found.script)
        ? [`${where} npm ${found.script}`]
        : [],
    );
    expect(unknown).toEqual([]);
  });
});

describe('pve-doctor in the documents', () => {
  it.each([...OURS.values()])('accepts `pve-doctor $args` ($where)', async ({ args }) => {
    expect(typeof (await parseOwn(args))).not.toBe('string');
  });

  it('has the commands that are named', () => {
    const names = inlineCommands.filter(isName).map(({ text }) => text.replace('pve-doctor ', ''));
    expect(names.filter((name) => !commandNames().includes(name))).toEqual([]);
  });

  it.each(SAMPLES)('prints what is shown for `$command` ($where)', async ({ args, shown }) => {
    const lines = (await runOwn(args, scratch))?.output.replaceAll(ROOT, '').split('\n') ?? [];
    const end = shown.indexOf('…');
    expect(lines.slice(0, end === -1 ? shown.length : end)).toEqual(end === -1 ? shown : shown.slice(0, end));
    if (end === -1) expect(lines.slice(shown.length).join('').trim()).toBe('');
  });

  it.each([...OURS.values()])('does on a capture what `pve-doctor $args` promises ($where)', async ({ args }) => {
    const ran = await runOwn(args, scratch);
    if (ran === null) return;
    expect(ran.allowed, ran.stderr).toContain(ran.status);
    expect(ran.output).not.toBe('');
    expect(ran.stderr).not.toMatch(/^pve-doctor: (?!wrote )/m);
  });
});

const HAS_JQ = spawnSync('jq', ['--version']).status === 0;

/** Reports in which the examples must find something: a node with everything, one with mounts, one that was not seen. */
const REPORTS = ['example-node', 'mounts-in-containers', 'lvm-hangs-first'];

const WITH_JQ = TYPED.flatMap((block) =>
  allPipelines(typedText(block))
    .filter(({ commands }) => commands.some(({ words }) => words[0] === 'jq'))
    .map((pipeline) => ({ where: `${block.path}:${block.line}`, text: pipeline.text, pipeline })),
);

/** What a jq of the documents prints for a report: from its file, or from the command before it in the pipeline. */
async function jqOutput({ commands }: Pipeline, report: string): Promise<string> {
  const at = commands.findIndex(({ words }) => words[0] === 'jq');
  const args = (commands[at]?.words ?? []).slice(1).filter((word) => !word.endsWith('.json'));
  const [, ...own] = commands[at - 1]?.words ?? [];
  const before = at > 0 ? await runOwn(concrete(own), scratch) : null;
  const input = before?.output ?? readFileSync(join(ROOT, 'test', 'goldens', `${report}.json`), 'utf8');
  const { status, stdout, stderr } = spawnSync('jq', args, { input, encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return stdout;
}

describe('jq in the documents', () => {
  // The lab has jq and runs the same commands (test/lab/cases/documented-commands.ts), so nothing is left unheld here.
  it.skipIf(!HAS_JQ).each(WITH_JQ)('finds what it is said to: $where $text', async ({ pipeline }) => {
    const outputs: string[] = [];
    for (const report of REPORTS) outputs.push(await jqOutput(pipeline, report));
    expect(outputs.join('')).not.toBe('');
  });

  it('stands in at least three examples', () => {
    expect(WITH_JQ.length).toBeGreaterThanOrEqual(3);
  });
});

describe('the tests of commands see', () => {
  const kinds = (text: string) =>
    classifyScript(text).map((found) => (found.kind === 'known' ? found.program : found.kind));

  it('every program of a script', () => {
    expect(kinds('sudo pve-doctor check | grep x; A=$(lvs -o vg_name) cat "b c" && echo `x` # lvs -Q')).toEqual([
      ...['ours', 'grep', 'cat', 'echo', 'lvs'],
    ]);
    expect(kinds("unshare -m sh -c 'mount -o bind,ro / /sys && ls -lA /sys'")).toEqual(['unshare', 'mount', 'ls']);
    expect(kinds('stat -f /mnt & sleep 3; kill -9 $!')).toEqual(['stat', 'sleep', 'kill']);
  });

  it.each(['frobnicate -x', 'lvs --nosuchoption', 'dmsetup explode x', 'dmsetup remove --really x', 'x | y'])(
    'a command that nobody knows: %s',
    (text) => {
      expect(kinds(text)).toContain('problem');
    },
  );

  it.each([
    ['check', '--nosuch'],
    ['chekc'],
    ['check', '--format', 'xml'],
    ['check', 'extra'],
    ['explain', 'DM001', '--form'],
  ])('a line of ours that the program would not take: %s %s', async (...args) => {
    expect(typeof (await parseOwn(args))).toBe('string');
  });

  it('a line of ours that ends with another status', async () => {
    expect(await runOwn(['check', '--vmid', '119'], scratch)).toMatchObject({ status: 1 });
    expect(await runOwn(['clean'], scratch)).toBeNull();
    expect(await runOwn(['clean', '--dry-run'], scratch)).toMatchObject({ status: 0 });
  });

  it('options with values, in one word or two', () => {
    expect(
      unknownOptions(['-rn', '-A6', '--x=1', '--y', '-z', '--', '-q'], ['-r', '-n', '-A:', '--x:', '--y:']),
    ).toEqual([]);
    expect(unknownOptions(['-rz', '--w'], ['-r'])).toEqual(['-z', '--w']);
  });

  it('pipelines, redirections and continued lines', () => {
    const { pipelines } = readScript('a 2>&1 >/dev/null \\\n  b | c < d\nE=1\n');
    expect(pipelines.map(({ commands }) => commands.map(({ words }) => words.join(' ')))).toEqual([['a b', 'c'], ['']]);
  });
});
