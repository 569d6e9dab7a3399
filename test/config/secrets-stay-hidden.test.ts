import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHANNEL_TYPES } from '../../src/channels/index.ts';
import { configJson, configText, verdictText } from '../../src/cli/config.ts';
import { problemList, readConfig } from '../../src/config/load-config.ts';
import { UsageError } from '../../src/model/faults.ts';
import { trials } from '../sample.ts';
import { type Situation, sourceOf } from './sources.ts';

/** Everything that any command may print of a configuration. */
async function everythingSaid(situation: Situation): Promise<string> {
  const said: string[] = [];
  try {
    const loaded = await readConfig(sourceOf(situation));
    const { problems, warnings, leftOut, config } = loaded;
    said.push(configText(loaded), configJson(loaded), verdictText(loaded), problemList(problems));
    said.push(JSON.stringify({ problems, warnings, leftOut, config }), inspect(loaded, { depth: 20 }), `${config}`);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    said.push(error.message, error.stack ?? '');
  }
  return said.join('\n');
}

/** Telling enough not to stand in our own words by chance. */
const secret = fc.stringMatching(/^[A-Za-z0-9+/_-]{12,40}$/).map((text) => `S3${text}`);

const anyCase = (text: string): string => text.toLowerCase();

async function staysHidden(situation: Situation, value: string): Promise<void> {
  expect(anyCase(await everythingSaid(situation))).not.toContain(anyCase(value));
}

const SECRET_KEYS = [...CHANNEL_TYPES].flatMap(([type, { keys }]) =>
  Object.entries(keys).flatMap(([key, { kind }]) => (kind.isSecret ? [{ type, key }] : [])),
);

const mode = fc.constantFrom(0o600, 0o644);

describe('a secret of the configuration is never said', () => {
  it('where it stands at its key, in the file, a variable, a flag or a file of its own', async () => {
    const place = fc.constantFrom('file', 'environment', 'flag', 'own file', 'credential');
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...SECRET_KEYS),
        secret,
        place,
        mode,
        async ({ type, key }, value, where, bits) => {
          const head = `[channel.x]\ntype = "${type}"\n`;
          const at = `PVE_DOCTOR_CHANNEL_X_${key.toUpperCase()}`;
          const own = { '/s': value, '/c/s': value };
          const situations: Record<typeof where, Situation> = {
            file: { toml: `${head}${key} = "${value}"`, mode: bits },
            environment: { toml: head, environment: { [at]: value } },
            flag: { toml: head, set: [`channel.x.${key}=${value}`] },
            'own file': { toml: `${head}${key}_file = "/s"`, files: own },
            credential: {
              toml: `${head}${key}_credential = "s"`,
              environment: { CREDENTIALS_DIRECTORY: '/c' },
              files: own,
            },
          };
          await staysHidden(situations[where], value);
        },
      ),
      { numRuns: trials(150) },
    );
  });

  it('where it stands beside an error, in whatever form', async () => {
    const line = fc.constantFrom(
      ...[
        'password = "V',
        "password = 'V",
        'password = V',
        'password "V"',
        'password = "V" "',
        'password = """V',
        'x = [V',
      ],
      ...[
        'password = "\\V"',
        'password = "V"\npassword = "V"',
        '[channel.y\npassword = "V"',
        'password = "V" # \u0000',
      ],
      ...[
        'password := "V"',
        '"password" = {V',
        'password = -V',
        'password = 0V',
        'password = 1979-05-2V',
        'pass word = "V"',
      ],
    );
    await fc.assert(
      fc.asyncProperty(line, secret, mode, async (form, value, bits) => {
        const toml = `[channel.x]\ntype = "smtp"\n${form.replaceAll('V', value)}\nuser = "u"\n`;
        await staysHidden({ toml, mode: bits }, value);
      }),
      { numRuns: trials(150) },
    );
  });

  it('where it was put at a misspelt key, at one of another type, or where a name is wanted', async () => {
    const key = fc.constantFrom(
      ...[
        'pasword',
        'passwd',
        'secret',
        'token',
        'api_key',
        'topic',
        'type',
        'policy',
        'port',
        'security',
        'ca_file',
        'to',
      ],
      ...['password_file', 'password_credential', 'token_file', 'password_fil'],
    );
    await fc.assert(
      fc.asyncProperty(key, secret, fc.boolean(), async (name, value, credentials) => {
        const start = /^(?:password|token)_file$/.test(name) ? '/' : '';
        const toml = `[channel.x]\ntype = "smtp"\n${name} = "${start}${value}"\n`;
        const environment = {
          ...(credentials ? { CREDENTIALS_DIRECTORY: '/c' } : {}),
          [`PVE_DOCTOR_CHANNEL_X_${name.toUpperCase()}`]: value,
          PVE_DOCTOR_CAPACITY_WARNING: value,
        };
        await staysHidden({ toml }, value);
        await staysHidden({ toml, environment }, value);
        await staysHidden({ set: [`mounts.probe_timeout=${value}`] }, value);
        await staysHidden({ set: [`channel.x.${name}=${value}`] }, value);
      }),
      { numRuns: trials(100) },
    );
  });

  it('where it stands in an address', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('ntfy', 'gotify', 'mailjet', 'webhook'), secret, async (type, value) => {
        for (const url of [
          `https://u:${value}@x/`,
          `https://${value}@x/`,
          `https://x/?t=${value}`,
          `https://x/#${value}`,
          `ftp:${value}`,
        ])
          await staysHidden({ toml: `[channel.x]\ntype = "${type}"\nurl = "${url}"\n` }, value);
      }),
      { numRuns: trials(50) },
    );
  });
});
