import { isTest, type SourceFile } from './repository.ts';
import { codeOf, importsOf, resolveImport } from './source-text.ts';

/** What one folder of src may import. */
export interface Wall {
  readonly folder: string;
  /** Folders of src, or single files in them. Its own files are always allowed. */
  readonly mayImport: readonly string[];
  /** Modules of others that this folder is there to use. */
  readonly packages: readonly string[];
  /** `none`: no node: module. `no-io`: none by which the machine is reached. */
  readonly node: 'none' | 'no-io' | 'any';
  /** Pure code is synchronous and knows neither clock, chance nor process. */
  readonly pure: boolean;
  /** No file imports its neighbours, except `index.ts`. */
  readonly apart: boolean;
  /** The sentence to read when the wall is hit. */
  readonly why: string;
}

const PURE = { packages: [], node: 'none', pure: true, apart: false } as const;

export const WALLS: readonly Wall[] = [
  {
    ...PURE,
    folder: 'model',
    mayImport: [],
    why: 'model is the vocabulary of everything else: plain data and pure functions over it. It imports nothing.',
  },
  {
    ...PURE,
    folder: 'parse',
    mayImport: ['model'],
    why: 'A parser turns text into model. Who read the text, and from where, is none of its business.',
  },
  {
    folder: 'host',
    mayImport: ['model'],
    packages: ['nodemailer'],
    node: 'any',
    pure: false,
    apart: false,
    why: 'host is the only way out of this program. It knows nothing of what is read by it.',
  },
  {
    folder: 'collectors',
    mayImport: ['host/host.ts', 'host/commands.ts', 'host/resolve-paths.ts', 'host/walk-links.ts', 'parse', 'model'],
    packages: [],
    node: 'none',
    pure: false,
    apart: true,
    why: 'A collector reaches the node through the Host that it is given, so that captures replay the same path.',
  },
  {
    ...PURE,
    folder: 'checks',
    mayImport: ['model'],
    apart: true,
    why: 'A check is a pure function of the sections that it declares. What two checks need moves to model.',
  },
  {
    ...PURE,
    folder: 'problems',
    mayImport: ['model'],
    why: 'Findings become problems by a table of rules. What a rule would have to look up belongs into the findings or the mount table.',
  },
  {
    folder: 'engine',
    mayImport: ['collectors', 'checks', 'problems', 'repair', 'model', 'host/host.ts'],
    packages: [],
    node: 'none',
    pure: false,
    apart: false,
    why: 'The engine runs collectors and checks over the Host that it is given. It opens nothing and prints nothing.',
  },
  {
    ...PURE,
    folder: 'render',
    mayImport: ['model'],
    // For a digest: the policy of the HTML report names its script by one.
    packages: ['node:crypto'],
    why: 'A renderer turns a Report into text. What it would have to look up belongs into the Report.',
  },
  {
    ...PURE,
    folder: 'redact',
    mayImport: ['parse', 'model', 'host/secrets.ts'],
    why: 'Redaction turns one capture into another, the same way each time: what may be recorded at all, with tokens. It reads and writes no file.',
  },
  {
    ...PURE,
    folder: 'repair',
    mayImport: ['model'],
    why: 'What a repair demands and does follows from a snapshot. It is judged without looking again, and nothing here carries it out.',
  },
  {
    folder: 'apply',
    mayImport: ['engine', 'repair', 'host', 'store', 'model'],
    packages: [],
    node: 'no-io',
    pure: false,
    apart: false,
    why: 'Apply is the one place that changes a node, so it knows what to change and nothing of who asked or how it looks.',
  },
  {
    folder: 'store',
    mayImport: ['host', 'model'],
    packages: ['node:sqlite'],
    node: 'no-io',
    pure: false,
    apart: false,
    why: 'The store keeps reports and the journal on disk, through host. It judges nothing and changes no node.',
  },
  {
    folder: 'channels',
    mayImport: ['host', 'render/printable.ts', 'render/message/clip.ts', 'model'],
    packages: [],
    node: 'no-io',
    pure: false,
    apart: false,
    why: 'A type of channel is one file: its keys, what must not be shown of it, and its delivery. Whom to tell is decided elsewhere.',
  },
  {
    folder: 'config',
    mayImport: ['channels', 'host', 'render/printable.ts', 'model'],
    packages: ['smol-toml'],
    node: 'none',
    pure: false,
    apart: false,
    why: 'The configuration is read once, here, and is data for everybody else. Every option stands in one table.',
  },
  {
    folder: 'notify',
    mayImport: ['channels', 'render', 'store', 'host', 'model'],
    packages: [],
    node: 'no-io',
    pure: false,
    apart: false,
    why: 'notify decides whom to tell and has it delivered. It judges no node, and reaches the network through host.',
  },
  {
    folder: 'cli',
    mayImport: [
      'channels',
      'config',
      'notify',
      'engine',
      'repair',
      'apply',
      'redact',
      'store',
      'checks/index.ts',
      'host',
      'parse/capture.ts',
      'parse/command-output.ts',
      'parse/pmxcfs.ts',
      'render',
      'model',
    ],
    packages: ['commander'],
    node: 'no-io',
    pure: false,
    apart: false,
    why: 'A command puts the parts together. It reaches files and programs through host, and collectors through engine.',
  },
  {
    folder: 'hub',
    mayImport: [
      'config',
      'channels',
      'notify',
      'render',
      'problems',
      'model',
      'host/read-records.ts',
      'host/small-file.ts',
      'host/standard-streams.ts',
      'parse/cluster-records.ts',
      'parse/command-output.ts',
      'docs/report.schema.json',
    ],
    packages: [
      'hono',
      'hono/streaming',
      'hono/body-limit',
      'hono/cookie',
      '@hono/node-server',
      'kysely',
      'kysely/migration',
      'pg',
      'openid-client',
      'ajv/dist/2020.js',
      'commander',
    ],
    node: 'any',
    pure: false,
    apart: false,
    why: 'The hub is a program of its own that listens, far from root. It knows reports, and nothing by which a node could be read or changed.',
  },
];

/** Files that only some may import. */
export interface Gate {
  readonly file: string;
  readonly importedBy: (path: string) => boolean;
  readonly why: string;
}

export const GATES: readonly Gate[] = [
  {
    file: 'src/host/mutate.ts',
    importedBy: (path) => path.startsWith('src/apply/') || isTest(path),
    why: 'Only apply changes a node: everything that can do so is behind its lock, its gates and its journal.',
  },
];

/** The files of src that belong to no folder: where a program begins. */
export const ENTRIES: readonly string[] = ['src/main.ts', 'src/hub-main.ts', 'src/hub-report-thread.ts'];

/** node: modules through which files, programs, the network or the process are reached. */
const IO =
  /^node:(?:fs|fs\/promises|child_process|cluster|net|tls|dgram|dns|dns\/promises|http|https|http2|worker_threads|process|sqlite|inspector|repl|readline|readline\/promises|v8|vm|module)$/;

const CATALOGUES: readonly string[] = ['channels', 'checks', 'collectors', 'repair'];

const IMPURE: readonly (readonly [RegExp, string])[] = [
  [/\bDate\.now\b|\bnew Date\(\s*\)|\bDate\(\s*\)|\bperformance\./, 'reads the clock'],
  [/\bMath\.random\b|\bcrypto\./, 'asks chance'],
  [/\bprocess\.|\bBun\b|\bDeno\b|\bglobalThis\b/, 'reaches the process'],
  [/\basync\b|\bawait\b|\bPromise\b|\bset(?:Timeout|Interval|Immediate)\b/, 'is not synchronous'],
  [/\bconsole\./, 'prints'],
  [/\bfetch\(/, 'reaches the network'],
];

const folderOf = (path: string): string => /^src\/([^/]+)\//.exec(path)?.[1] ?? '';

function importProblem(file: SourceFile, wall: Wall, specifier: string): string | null {
  if (wall.packages.includes(specifier)) return null;
  if (specifier.startsWith('node:')) {
    if (wall.node === 'none') return `imports ${specifier}`;
    return wall.node === 'no-io' && IO.test(specifier) ? `imports ${specifier}` : null;
  }
  const target = resolveImport(file.path, specifier);
  if (target === null) return `imports the package ${specifier}`;
  if (wall.mayImport.includes(target)) return null;
  if (!target.startsWith('src/')) return `imports ${target}, which is not in src`;
  if (isTest(target)) return `imports the test ${target}`;
  if (folderOf(target) === wall.folder) {
    const neighbour = wall.apart && !file.path.endsWith('/index.ts');
    return neighbour ? `imports its neighbour ${target}` : null;
  }
  const inner = target.slice('src/'.length);
  const allowed = wall.mayImport.some((name) => inner === name || inner.startsWith(`${name}/`));
  return allowed ? null : `imports ${target}`;
}

function barrelProblem(file: SourceFile): string | null {
  if (file.path.endsWith('/index.ts') && !CATALOGUES.includes(folderOf(file.path)))
    return 'is an index.ts outside a catalogue';
  return /^export\s+(?:type\s+)?(?:\*[^'";=(]*|\{[^}]*\}\s*)from\b/m.test(file.text)
    ? 'passes on what another file exports'
    : null;
}

/** Every way in which a file of src crosses the wall of its folder, each with the sentence that explains the wall. */
export function crossings(file: SourceFile, walls: readonly Wall[] = WALLS): readonly string[] {
  if (isTest(file.path) || ENTRIES.includes(file.path)) return [];
  const wall = walls.find(({ folder }) => folder === folderOf(file.path));
  if (wall === undefined) return [`${file.path} stands in a folder without a wall: add one to test/repo/walls.ts`];
  const code = codeOf(file.text);
  const problems = [
    ...importsOf(file.text).map((specifier) => importProblem(file, wall, specifier)),
    barrelProblem(file),
    ...(wall.pure ? IMPURE.map(([pattern, what]) => (pattern.test(code) ? what : null)) : []),
    wall.node !== 'any' && /\bprocess\.env\b/.test(code) ? 'reads process.env' : null,
    /\brequire\(/.test(code) ? 'calls require' : null,
  ];
  return problems.filter((problem) => problem !== null).map((problem) => `${file.path} ${problem}. ${wall.why}`);
}

export function gateCrossings(file: SourceFile): readonly string[] {
  const targets = importsOf(file.text).map((specifier) => resolveImport(file.path, specifier));
  return GATES.filter((gate) => targets.includes(gate.file) && !gate.importedBy(file.path)).map(
    (gate) => `${file.path} imports ${gate.file}. ${gate.why}`,
  );
}
