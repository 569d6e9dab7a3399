import { join } from 'node:path';
import { splitKey } from '../src/config/settings.ts';
import { HUB_SETTINGS, type HubField, type HubSetting } from '../src/hub/config/hub-settings.ts';
import { comment, toml } from './config-manual.ts';
import { root } from './setup.mjs';

export const HUB_EXAMPLE = join(root, 'packaging/hub/config.toml');

/** What stands there where nothing does by default: something of that kind. */
const INSTEAD: Partial<Readonly<Record<HubField, string>>> = {
  url: 'https://hub.example.org',
  certificate: '/etc/pve-doctor-hub/fullchain.pem',
  key: '/etc/pve-doctor-hub/key.pem',
  issuer: 'https://login.example.org/realms/main',
  clientId: 'pve-doctor-hub',
  pveAuthority: '/etc/pve-doctor-hub/pve-root-ca.pem',
  pveFingerprint: Array.from({ length: 32 }, () => 'AB').join(':'),
};

const HEAD = `# Configuration of pve-doctor-hub, with every key and its default. Take the # away from what you change.
#
#   /etc/pve-doctor-hub/config.toml has mode 0640 and belongs to root and the group pve-doctor-hub.
#   KEY_file names a file that holds only the secret, for the hub's user alone (mode 0600); KEY_credential a
#   credential that systemd loads for the unit (LoadCredential=).
`;

function lines(field: HubField): readonly string[] {
  const { key, kind, fallback, doc }: HubSetting<unknown> = HUB_SETTINGS[field];
  const [section, name] = splitKey(key);
  if (kind.isSecret)
    return [
      ...comment(`${doc} One of ${name}, ${name}_file or ${name}_credential.`),
      `#${name}_file = "/etc/pve-doctor-hub/${section}-${name}"`,
    ];
  const value = fallback ?? INSTEAD[field];
  if (value === undefined) throw new Error(`tools/hub-config-manual.ts needs an example of ${key}`);
  return [...comment(`${doc}${fallback === null ? ' Not set.' : ''}`), `#${name} = ${toml(value)}`];
}

/** packaging/hub/config.toml. */
export function hubExampleFile(): string {
  const fields = Object.keys(HUB_SETTINGS) as HubField[];
  const sectionOf = (field: HubField): string => splitKey(HUB_SETTINGS[field].key)[0];
  const sections = [...new Set(fields.map(sectionOf))].map((section) => [
    `[${section}]`,
    ...fields.filter((field) => sectionOf(field) === section).flatMap(lines),
    '',
  ]);
  return [HEAD, ...sections.flat()].join('\n');
}

export const HUB_MANUAL = join(root, 'docs/hub.md');

const MADE = /(<!-- settings -->\n)[\s\S]*?(<!-- end -->)/;

/** docs/hub.md with its table made anew. */
export function withHubTable(page: string): string {
  if (!MADE.test(page)) throw new Error('docs/hub.md has no part <!-- settings -->');
  const rows = Object.values<HubSetting<unknown>>(HUB_SETTINGS).map(({ key, kind, fallback, doc }) => {
    const shown = fallback === null ? 'none' : `\`${toml(fallback)}\``;
    return `| \`${key}\`${kind.isSecret ? ' (secret)' : ''} | ${shown} | ${doc.replaceAll('|', '\\|')} |`;
  });
  const table = ['| key | default | |', '|---|---|---|', ...rows].join('\n');
  return page.replace(MADE, (_, start: string, end: string) => `${start}\n${table}\n\n${end}`);
}
