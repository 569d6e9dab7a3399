import { configJson, configText, verdictText } from '../../../src/cli/config.ts';
import { type LoadedConfig, readConfig } from '../../../src/config/load-config.ts';
import { CHANNEL_NAME } from '../../../src/config/settings.ts';
import { UsageError } from '../../../src/model/faults.ts';
import { UNPRINTABLE } from '../../../src/model/unprintable.ts';
import { type Situation, sourceOf } from '../../config/sources.ts';
import { read } from '../../repo/repository.ts';
import { expectSound, expectTrue } from '../sound.ts';
import { type Target, target } from '../target.ts';

const EXAMPLE = read('packaging/config.toml');

/** The example with its comments taken away, table by table. */
const TABLES = EXAMPLE.replace(/^#\s?(?=[[a-z])/gm, '').split(/\n(?=\[)/);

const SECRET = 'S3cret-of-nobody';

/** What is no UTF-8 in a text is not UTF-8 in the file either. */
function bytesOf(text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  for (let at = bytes.indexOf(0xef); at >= 0; at = bytes.indexOf(0xef, at + 1))
    if (bytes[at + 1] === 0xbf && bytes[at + 2] === 0xbd) bytes[at] = 0xff;
  return bytes;
}

/** A wrong flag may be refused; everything else is an answer. */
async function loaded(situation: Situation): Promise<LoadedConfig | null> {
  try {
    return await readConfig(sourceOf({ files: { '/s': SECRET }, ...situation }));
  } catch (error) {
    if (error instanceof UsageError) return null;
    throw error;
  }
}

function isOrderly(config: LoadedConfig | null, text: string): void {
  if (config === null) return;
  const { mounts, history, notify } = config.config;
  expectSound([mounts, history, notify.digestAt, config.problems, config.warnings], text);
  expectTrue(mounts.probeTimeoutMs >= 1 && mounts.probeTimeoutMs <= 600_000, `timeout ${mounts.probeTimeoutMs}`);
  expectTrue(Number.isInteger(history.keepDays) && history.path.startsWith('/'), 'a history that is none');
  expectTrue(/^\d\d:\d\d$/.test(notify.digestAt), `a digest at ${notify.digestAt}`);
  for (const { name } of notify.channels) expectTrue(CHANNEL_NAME.test(name), `a channel called ${name}`);
  const lines = text.split('\n').length;
  for (const { line, what } of config.problems) {
    expectTrue(line >= 0 && line <= lines, `a problem in line ${line} of ${lines}`);
    expectTrue(what.search(UNPRINTABLE) === -1, `a problem that is not printable: ${JSON.stringify(what)}`);
  }
  const shown = configText(config) + verdictText(config);
  expectTrue(shown.replaceAll('\n', '').search(UNPRINTABLE) === -1, 'what is shown is not printable');
  JSON.parse(configJson(config));
  if (!text.includes(SECRET)) expectTrue(!shown.includes(SECRET), 'a secret is shown');
}

const VALUES = [
  ...['"2s"', '5', '1e400', 'inf', 'nan', '-1', '0x10', '07:00:00', '"07:00"', 'true', '[]', '{}', '{a=1}', '[{a=1}]'],
  ...[
    '"always"',
    '"https://example.org/"',
    '"/s"',
    '"a@example.org"',
    '["a@b.c"]',
    '"""',
    "'''",
    '"',
    '1979-05-27',
    '"tls"',
  ],
];

const KEYS = [
  ...[
    'type = ',
    'policy = ',
    'url = ',
    'token = ',
    'token_file = ',
    'password = ',
    'password_credential = ',
    'from = ',
  ],
  ...['to = ', 'host = ', 'port = ', 'topic = ', 'probe_timeout = ', 'capacity_warning = ', 'path = ', 'keep_days = '],
  ...['digest_at = ', '__proto__ = ', 'toString = ', '"a.b" = ', '"" = ', 'channel.x.type = '],
];

const TABLE_HEADS = [
  '[mounts]\n',
  '[history]\n',
  '[notify]\n',
  '[channel.mail]\n',
  '[channel.x]\n',
  '[[channel]]\n',
  '[channel.__proto__]\n',
  '[channel]\n',
  '[',
  ']',
];

const file = target({
  name: 'config-file',
  share: 1,
  texts: () => [EXAMPLE, ...TABLES, '[channel.x]\ntype = "ntfy"\ntopic_file = "/s"\n'],
  words: [
    ...TABLE_HEADS,
    ...KEYS,
    ...VALUES,
    '\n',
    '#',
    '.',
    ',',
    '"webhook"',
    '"smtp"',
    '"mailjet"',
    '"gotify"',
    '"pve"',
  ],
  read: (text) => loaded({ toml: bytesOf(text) }),
  laws: isOrderly,
  passesOn: true,
});

const NAMES = [
  ...[
    'PVE_DOCTOR_MOUNT_TIMEOUT',
    'PROXMENUX_MOUNT_STAT_TIMEOUT',
    'PVE_DOCTOR_CHANNEL_X_TYPE',
    'PVE_DOCTOR_CHANNEL_X_URL',
  ],
  ...[
    'PVE_DOCTOR_CHANNEL_A_B_TOKEN_FILE',
    'PVE_DOCTOR_HISTORY_PATH',
    'PVE_DOCTOR_NOTIFY_POLICY',
    'PVE_DOCTOR_CHANNEL_',
  ],
];

/** `NAME=VALUE` lines. */
const pairsOf = (text: string): readonly (readonly [string, string])[] =>
  text.split('\n').flatMap((line) => {
    const equals = line.indexOf('=');
    return equals < 1 ? [] : [[line.slice(0, equals), line.slice(equals + 1)] as const];
  });

const environment = target({
  name: 'config-environment',
  share: 0.5,
  texts: () => [`${NAMES.join('=5\n')}=5\n`, 'PVE_DOCTOR_CHANNEL_X_TYPE=ntfy\nPVE_DOCTOR_CHANNEL_X_TOPIC_FILE=/s\n'],
  words: [
    ...NAMES,
    '=',
    '\n',
    '2s',
    '500ms',
    '1e400',
    'webhook',
    '/s',
    '__proto__',
    'constructor',
    ...NAMES.map((name) => `${name}=`),
  ],
  read: (text) => loaded({ environment: Object.fromEntries(pairsOf(text)) }),
  laws: isOrderly,
  passesOn: true,
});

const flags = target({
  name: 'config-flags',
  share: 0.5,
  texts: () => ['mounts.probe_timeout=5s\nhistory.keep_days=9\n', 'channel.x.type=ntfy\nchannel.x.topic_file=/s\n'],
  words: [
    'mounts.probe_timeout=',
    'channel.x.type=',
    'channel.x.topic=',
    'channel.',
    '.',
    '=',
    '\n',
    '2s',
    '__proto__',
    'notify.policy=always',
  ],
  read: (text) => loaded({ set: text.split('\n').filter((line) => line !== '') }),
  laws: isOrderly,
  passesOn: true,
});

export const CONFIGURATION: readonly Target[] = [file, environment, flags];
