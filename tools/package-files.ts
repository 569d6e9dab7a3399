import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { compressed } from './compressed.ts';
import { type ChangelogSettings, renderChangelog } from './package-changelog.ts';
import { bashCompletion } from './package-completion-bash.ts';
import { fishCompletion } from './package-completion-fish.ts';
import { zshCompletion } from './package-completion-zsh.ts';
import { lintianOverrides } from './package-control.ts';
import { renderCopyright } from './package-copyright.ts';
import { renderManual } from './package-manual.ts';
import { pageForNode, placesOf } from './package-pages.ts';
import { NODE, type Product } from './products.ts';
import { root } from './setup.mjs';

export interface PackagedFile {
  /** Below the root of the node, without a slash before it. */
  readonly path: string;
  /** In the repository, where it lies there. */
  readonly source?: string;
  readonly mode: number;
  readonly content: Buffer;
}

const MONITORING = ['prometheus', 'grafana', 'nagios', 'icinga2', 'checkmk', 'zabbix'];
const MONITORING_OF_HUB = ['prometheus', 'grafana'];

/** Tests of rules lie beside them and are for the repository alone. */
const NO_TESTS = /^(?!.*\.test\.yml$)[^.]/;

/** PVE::Notify looks for templates here (pve-manager); a node without it has a folder more. */
const PVE_TEMPLATES = 'usr/share/pve-manager/templates/default';

/** All that the package holds besides the program. */
export function packageFiles(product: Product, settings: ChangelogSettings): readonly PackagedFile[] {
  const files = [...filesOfBoth(product, settings), ...(product === NODE ? filesOfTheNode() : filesOfTheHub())];
  const places = placesOf(files.flatMap(({ source, path }) => (source === undefined ? [] : [[source, path] as const])));
  return files.map((file) =>
    file.source?.endsWith('.md')
      ? { ...file, content: Buffer.from(pageForNode(`${file.content}`, file.source, places)) }
      : file,
  );
}

function filesOfBoth(product: Product, settings: ChangelogSettings): readonly PackagedFile[] {
  const { name } = product;
  const doc = `usr/share/doc/${name}`;
  const day = settings.date.toISOString().slice(0, 10);
  return [
    made(`usr/share/man/man8/${name}.8.gz`, compressed(renderManual(product, day))),
    made(`usr/share/bash-completion/completions/${name}`, bashCompletion(product)),
    made(`usr/share/zsh/vendor-completions/_${name}`, zshCompletion(product)),
    made(`usr/share/fish/vendor_completions.d/${name}.fish`, fishCompletion(product)),
    copied(`${product.debian}/README.Debian`, `${doc}/README.Debian`),
    made(`${doc}/changelog.gz`, compressed(renderChangelog(settings))),
    made(`${doc}/copyright`, renderCopyright(product)),
    made(`usr/share/lintian/overrides/${name}`, lintianOverrides(product)),
  ];
}

function filesOfTheNode(): readonly PackagedFile[] {
  const doc = 'usr/share/doc/pve-doctor';
  const data = 'usr/share/pve-doctor';
  return [
    // Of what the units in Debian 10 to 13 know, deb-systemd-helper of Debian 10 knows only this folder.
    ...folder('packaging/systemd', 'lib/systemd/system'),
    copied('packaging/debian/config.toml', 'etc/pve-doctor/config.toml', 0o600),
    ...MONITORING.flatMap((name) => folder(`packaging/${name}`, `${data}/${name}`, NO_TESTS)),
    ...folder('packaging/notification-templates', PVE_TEMPLATES),
    ...folder('docs', `${data}/schemas`, /\.schema\.json$/),
    copied('packaging/config.toml', `${doc}/examples/config.toml`),
    // Help and pages name them as they lie in the repository: docs/json.md, ../actions/remove-device.md.
    copied('README.md', `${doc}/README.md`),
    ...folder('docs', `${doc}/docs`, /\.md$/),
    ...folder('docs/checks', `${doc}/docs/checks`),
    ...folder('docs/errors', `${doc}/docs/errors`),
    ...folder('docs/actions', `${doc}/docs/actions`),
  ];
}

const filesOfTheHub = (): readonly PackagedFile[] => [
  ...folder('packaging/hub/systemd', 'lib/systemd/system'),
  copied('packaging/hub/debian/config.toml', 'etc/pve-doctor-hub/config.toml', 0o640),
  copied('packaging/hub/config.toml', 'usr/share/doc/pve-doctor-hub/examples/config.toml'),
  ...MONITORING_OF_HUB.flatMap((name) => folder(`packaging/hub/${name}`, `usr/share/pve-doctor-hub/${name}`, NO_TESTS)),
  ...folder('docs', 'usr/share/doc/pve-doctor-hub/docs', /^(?:hub.*|install|monitoring|security)\.md$/),
];

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

/** The files of a folder, without those in folders of it. */
function folder(from: string, to: string, pattern = /^[^.]/): readonly PackagedFile[] {
  const source = join(root, from);
  const isWanted = (name: string): boolean => pattern.test(name) && statSync(join(source, name)).isFile();
  return readdirSync(source)
    .filter(isWanted)
    .toSorted()
    .map((name) => copied(`${from}/${name}`, `${to}/${name}`));
}
