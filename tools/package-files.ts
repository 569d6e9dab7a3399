import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type ChangelogSettings, renderChangelog } from './package-changelog.ts';
import { bashCompletion } from './package-completion-bash.ts';
import { fishCompletion } from './package-completion-fish.ts';
import { zshCompletion } from './package-completion-zsh.ts';
import { renderCopyright } from './package-copyright.ts';
import { renderManual } from './package-manual.ts';
import { pageForNode, placesOf } from './package-pages.ts';
import { root } from './setup.mjs';

export interface PackagedFile {
  /** Below the root of the node, without a slash before it. */
  readonly path: string;
  /** In the repository, where it lies there. */
  readonly source?: string;
  readonly mode: number;
  readonly content: Buffer;
}

const DOC = 'usr/share/doc/pve-doctor';
const DATA = 'usr/share/pve-doctor';

const MONITORING = ['prometheus', 'grafana', 'nagios', 'icinga2', 'checkmk', 'zabbix'];

/** PVE::Notify looks for templates here (pve-manager); a node without it has a folder more. */
const PVE_TEMPLATES = 'usr/share/pve-manager/templates/default';

/** All that the package holds besides the program. */
export function packageFiles(settings: ChangelogSettings): readonly PackagedFile[] {
  const files = repositoryFiles(settings);
  const places = placesOf(files.flatMap(({ source, path }) => (source === undefined ? [] : [[source, path] as const])));
  return files.map((file) =>
    file.source?.endsWith('.md')
      ? { ...file, content: Buffer.from(pageForNode(`${file.content}`, file.source, places)) }
      : file,
  );
}

function repositoryFiles(settings: ChangelogSettings): readonly PackagedFile[] {
  const day = settings.date.toISOString().slice(0, 10);
  return [
    // Of what the units in Debian 10 to 13 know, deb-systemd-helper of Debian 10 knows only this folder.
    ...folder('packaging/systemd', 'lib/systemd/system'),
    copied('packaging/debian/config.toml', 'etc/pve-doctor/config.toml', 0o600),
    made('usr/share/man/man8/pve-doctor.8.gz', compressed(renderManual(day))),
    made('usr/share/bash-completion/completions/pve-doctor', bashCompletion()),
    made('usr/share/zsh/vendor-completions/_pve-doctor', zshCompletion()),
    made('usr/share/fish/vendor_completions.d/pve-doctor.fish', fishCompletion()),
    ...MONITORING.flatMap((name) => folder(`packaging/${name}`, `${DATA}/${name}`, /^(?!.*\.test\.yml$)[^.]/)),
    ...folder('packaging/notification-templates', PVE_TEMPLATES),
    ...folder('docs', `${DATA}/schemas`, /\.schema\.json$/),
    ...(existsSync(join(root, 'packaging/config.toml'))
      ? [copied('packaging/config.toml', `${DOC}/examples/config.toml`)]
      : []),
    // Help and pages name them as they lie in the repository: docs/json.md, ../actions/remove-device.md.
    copied('README.md', `${DOC}/README.md`),
    ...folder('docs', `${DOC}/docs`, /\.md$/),
    ...folder('docs/checks', `${DOC}/docs/checks`),
    ...folder('docs/actions', `${DOC}/docs/actions`),
    copied('packaging/debian/README.Debian', `${DOC}/README.Debian`),
    made(`${DOC}/changelog.gz`, compressed(renderChangelog(settings))),
    made(`${DOC}/copyright`, renderCopyright()),
    copied('packaging/debian/lintian-overrides', 'usr/share/lintian/overrides/pve-doctor'),
  ];
}

const made = (path: string, content: string | Buffer, mode = 0o644): PackagedFile => ({
  path,
  mode,
  content: Buffer.from(content),
});

/** A script can be run; nothing else can, whatever the clone's modes are. */
function copied(from: string, path: string, mode?: number): PackagedFile {
  const content = readFileSync(join(root, from));
  return { path, source: from, mode: mode ?? (content.subarray(0, 2).toString() === '#!' ? 0o755 : 0o644), content };
}

/** The files of a folder, without those in folders of it; none where there is no such folder. */
function folder(from: string, to: string, pattern = /^[^.]/): readonly PackagedFile[] {
  const source = join(root, from);
  if (!existsSync(source)) return [];
  const isWanted = (name: string): boolean => pattern.test(name) && statSync(join(source, name)).isFile();
  return readdirSync(source)
    .filter(isWanted)
    .toSorted()
    .map((name) => copied(`${from}/${name}`, `${to}/${name}`));
}

/** Neither name nor time stand in it, and lintian asks for the best. */
function compressed(text: string): Buffer {
  const done = spawnSync('gzip', ['-9n'], { input: text, maxBuffer: 64 * 1024 * 1024 });
  if (done.status !== 0) throw new Error(`gzip failed: ${done.stderr}`);
  return done.stdout;
}
