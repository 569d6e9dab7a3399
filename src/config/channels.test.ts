import { describe, expect, it } from 'vitest';
import { FILE, problems, read, type Situation } from '../../test/config/sources.ts';
import type { Channel } from '../model/config/config.ts';
import { Secret } from '../model/config/secret.ts';
import { UsageError } from '../model/faults.ts';

const revealed = (channel: Channel | undefined, field: string): string => {
  const value: unknown = Object.entries(channel ?? {}).find(([name]) => name === field)?.[1];
  return value instanceof Secret ? value.reveal() : '';
};

const channels = async (situation: Situation): Promise<readonly Channel[]> => {
  const loaded = await read(situation);
  expect(loaded.problems).toEqual([]);
  return loaded.config.notify.channels;
};

const MAIL = '[channel.mail]\ntype = "smtp"\nhost = "mx"\nfrom = "a@b.c"\nto = "d@e.f"\n';

describe('a channel', () => {
  it('of every type is read with its defaults', async () => {
    const toml = `
      [channel.a]
      type = "mailjet"
      from = "Node <a@b.c>"
      to = ["d@e.f", "g@h.i", "d@e.f"]
      api_key = "mailjet-key"
      api_secret = "mailjet-secret"
      [channel.b]
      type = "smtp"
      policy = "always"
      host = "fd00::1"
      from = "a@b.c"
      to = "d@e.f"
      security = "tls"
      [channel.c]
      type = "sendmail"
      [channel.d]
      type = "pve"
      [channel.e]
      type = "webhook"
      url = "http://10.0.0.1:8080/hook?token=x#y"
      [channel.f]
      type = "ntfy"
      topic = "pve1"
      [channel.g]
      type = "gotify"
      url = "https://gotify.example.org/base/"
      token = "gotify-token"
    `;
    const read = await channels({ toml });
    expect(read).toMatchObject([
      { name: 'a', type: 'mailjet', policy: 'on-change', to: ['d@e.f', 'g@h.i'], url: 'https://api.mailjet.com' },
      {
        name: 'b',
        type: 'smtp',
        policy: 'always',
        host: 'fd00::1',
        port: 465,
        security: 'tls',
        user: null,
        caFile: null,
      },
      { name: 'c', type: 'sendmail', from: 'root', to: ['root'] },
      { name: 'd', type: 'pve' },
      { name: 'e', type: 'webhook', token: null },
      { name: 'f', type: 'ntfy', url: 'https://ntfy.sh', token: null },
      { name: 'g', type: 'gotify', url: 'https://gotify.example.org/base' },
    ]);
    const [first] = read;
    expect([revealed(first, 'apiKey'), revealed(first, 'apiSecret')]).toEqual(['mailjet-key', 'mailjet-secret']);
    expect(JSON.stringify(read)).not.toContain('mailjet-secret');
  });

  it('takes the policy of all unless it has one', async () => {
    const [channel] = await channels({ toml: 'notify.policy = "always"\n[channel.x]\ntype = "pve"' });
    expect(channel?.policy).toBe('always');
  });

  it('may be described by variables and flags, over the file', async () => {
    const environment = {
      PVE_DOCTOR_CHANNEL_MAIL_OPS_TYPE: 'smtp',
      PVE_DOCTOR_CHANNEL_MAIL_OPS_HOST: 'mx1',
      PVE_DOCTOR_CHANNEL_MAIL_OPS_FROM: 'a@b.c',
      PVE_DOCTOR_CHANNEL_MAIL_OPS_TO: 'd@e.f, Ops <g@h.i>',
      PVE_DOCTOR_CHANNEL_MAIL_OPS_USER: 'u',
      PVE_DOCTOR_CHANNEL_MAIL_OPS_PASSWORD: ' with blanks ',
    };
    const [channel, ...others] = await channels({ environment, set: ['channel.mail-ops.port=2525'] });
    expect(others).toEqual([]);
    expect(channel).toMatchObject({ name: 'mail-ops', host: 'mx1', port: 2525, to: ['d@e.f', 'Ops <g@h.i>'] });
    expect(revealed(channel, 'password')).toBe(' with blanks ');
    const over = await channels({ toml: MAIL, environment: { PVE_DOCTOR_CHANNEL_MAIL_HOST: 'mx2' } });
    expect(over).toMatchObject([{ host: 'mx2', port: 587 }]);
  });

  it.each([
    [
      '[channel.mail]\ntype = "smpt"',
      '2: type must be one of "mailjet", "smtp", "sendmail", "pve", "webhook", "ntfy", "gotify"; did you mean "smtp"?',
    ],
    ['[channel.mail]\nhost = "x"', '2: channel mail has no type'],
    ['[channel.mail]', '1: [channel.mail] is empty'],
    ['[channel.Mail]\ntype = "pve"', '1: the name of a channel has only small letters'],
    ['[channel.a_b]\ntype = "pve"', '1: the name of a channel has only small letters'],
    ['[channel]\ntype = "smtp"', '2: a channel has a name'],
    ['[[channel]]\ntype = "smtp"', '1: a channel has a name'],
    ['channel = 3', '1: a channel has a name'],
    [`${MAIL}pasword = "x"`, '6: unknown key pasword in a channel of type smtp; did you mean password?'],
    [`${MAIL}topic = "x"`, '6: unknown key topic in a channel of type smtp; it is one of ntfy'],
    [`${MAIL}constructor = 1`, '6: unknown key constructor in a channel of type smtp'],
    [`${MAIL}__proto__ = 1`, '6: unknown key __proto__ in a channel of type smtp'],
    [`${MAIL}user = "u"`, '6: user is set, and password is not'],
    [`${MAIL}password = "umbrella"`, '6: password is set, and user is not'],
    [
      `${MAIL}user = "u"\npassword = "passport"\nsecurity = "none"`,
      '8: security is "none", and a password is never sent',
    ],
    [`${MAIL}port = 65536`, '6: port must be a whole number'],
    [`${MAIL}ca_file = "ca.pem"`, '6: ca_file must be an absolute path'],
    [`${MAIL.replace('"mx"', '"mx 1"')}`, '3: host must be a host name'],
    [`${MAIL.replace('"mx"', '"https://mx"')}`, '3: host must be a host name'],
    [`${MAIL.replace('d@e.f', 'd@e.f\\r\\nBcc: x@y.z')}`, '5: to must be'],
    [`${MAIL.replace('"d@e.f"', '[]')}`, '5: to must be'],
    [`${MAIL.replace('"d@e.f"', '["d@e.f", 7]')}`, '5: to must be a list of 1 to 50 addresses, and holds a number'],
    [`${MAIL.replace('"d@e.f"', '"root"')}`, '5: to must be'],
    [`${MAIL.replace('host = "mx"', '')}`, '2: channel mail has no host'],
    ['[channel.a]\ntype = "ntfy"\ntopic = "a/b"', '3: topic must be a topic'],
    ['[channel.a]\ntype = "ntfy"\ntopic = "a"\nurl = "https://u:p@x"', '4: url must be'],
    ['[channel.a]\ntype = "ntfy"\ntopic = "a"\nurl = "https://x/?auth=y"', '4: url must be'],
    ['[channel.a]\ntype = "ntfy"\ntopic = "a"\nurl = "file:///etc"', '4: url must be'],
    ['[channel.a]\ntype = "webhook"\nurl = "https://u:p@x/"', '3: url must be'],
    [`${MAIL}user = "u"\npassword = "seven77"`, '7: password must be text of 8 to 1024 characters'],
    ['[channel.a]\ntype = "gotify"\nurl = "https://x"\ntoken = "seven77"', '4: token must be a token: 8 to 4096'],
    ['[channel.a]\ntype = "gotify"\nurl = "https://x"\ntoken = "a b"', '4: token must be a token'],
    ['[channel.a]\ntype = "gotify"\nurl = "https://x"\ntoken = "a\\nX: y"', '4: token must be a token'],
  ])('with a mistake is left out whole, and the mistake has its line: %j', async (toml, words) => {
    const loaded = await read({ toml });
    expect(loaded.config.notify.channels).toEqual([]);
    const told = await problems({ toml });
    expect(told).toHaveLength(1);
    expect(told[0]).toContain(words);
  });

  it('with a mistake leaves the others alone, and its messages waiting', async () => {
    const { config, leftOut } = await read({ toml: `${MAIL}x = 1\n[channel.ops]\ntype = "pve"` });
    expect(config.notify.channels.map(({ name }) => name)).toEqual(['ops']);
    expect(leftOut.map(({ name }) => name)).toEqual(['mail']);
  });

  it.each([
    ['PVE_DOCTOR_CHANNEL_MAIL_PASWORD', 'did you mean the key PASSWORD?'],
    ['PVE_DOCTOR_CHANNEL_MAIL', 'the form is PVE_DOCTOR_CHANNEL_NAME_KEY'],
    ['PVE_DOCTOR_CHANNEL_mail_HOST', 'the form is PVE_DOCTOR_CHANNEL_NAME_KEY'],
  ])('in a variable that is no key is an error: %s', async (name, words) => {
    expect((await problems({ environment: { [name]: 'x' } })).join()).toContain(words);
  });
});

describe('a secret', () => {
  const USER = `${MAIL}user = "u"\n`;
  const passwordOf = async (situation: Situation): Promise<string> => {
    const [channel] = await channels(situation);
    return revealed(channel, 'password');
  };

  it.each([
    [0o600, 0, 0, true],
    [0o400, 0, 0, true],
    [0o600, 1000, 1000, true],
    [0o640, 0, 0, false],
    [0o604, 0, 0, false],
    [0o644, 0, 0, false],
    [0o600, 1000, 0, false],
    [0o600, 1000, 1001, false],
  ])('in the file demands its mode and owner: %o, owned by %i, run by %i', async (mode, ownerUid, ownUid, right) => {
    const toml = `${USER}password = "passport"`;
    const loaded = await read({ toml, mode, ownerUid, ownUid });
    expect(loaded.file.state).toBe(right ? 'read' : 'refused');
    expect(loaded.config.notify.channels.length).toBe(right ? 1 : 0);
    const told = loaded.problems.map(({ what }) => what).join();
    if (!right)
      expect(told).toMatch(ownerUid === ownUid || ownerUid === 0 ? /chmod 600 \/etc/ : /chown root:root \/etc/);
    // Without the secret its mode does not matter. What another user may change counts for nothing all the same.
    const ours = ownerUid === 0 || ownerUid === ownUid;
    expect((await read({ toml: MAIL, mode, ownerUid, ownUid })).file.state).toBe(ours ? 'read' : 'refused');
  });

  it('is one by the type of its channel, also where another layer names it', async () => {
    const url = '[channel.x]\nurl = "https://example.org/"\n';
    const state = async (toml: string, environment = {}) => (await read({ toml, mode: 0o644, environment })).file.state;
    expect(await state(`${url}type = "ntfy"`)).toBe('read');
    expect(await state(`${url}type = "webhook"`)).toBe('refused');
    expect(await state(url)).toBe('refused');
    expect(await state(url, { PVE_DOCTOR_CHANNEL_X_TYPE: 'webhook' })).toBe('refused');
    expect(await state(url, { PVE_DOCTOR_CHANNEL_X_TYPE: 'gotify' })).toBe('read');
  });

  it('may stand in a file of its own, without the line end there', async () => {
    const toml = `${USER}password_file = "/s"`;
    expect(await passwordOf({ toml, mode: 0o644, files: { '/s': 'pass port\r\n' } })).toBe('pass port');
    const loaded = await read({ toml, files: { '/s': 'passport' } });
    expect(loaded.values.find(({ key }) => key === 'channel.mail.password')).toEqual({
      key: 'channel.mail.password',
      shown: '(hidden)',
      isSecret: true,
      origin: { kind: 'secret-file', path: '/s', named: { kind: 'file', path: FILE, line: 7 } },
    });
  });

  it.each([
    [undefined, 'names a file that does not exist'],
    [{ state: 'unreadable', because: 'is not a regular file' } as const, 'names a file that is not a regular file'],
    ['', 'names a file that is empty'],
    ['\n', 'names a file that is empty'],
    ['a\nb\n', 'must be text'],
    [{ state: 'read', bytes: Uint8Array.of(0xff), mode: 0o600, ownerUid: 0 } as const, 'is not UTF-8'],
    [{ state: 'read', bytes: Uint8Array.of(0x61), mode: 0o644, ownerUid: 0 } as const, 'chmod 600 /s'],
    [{ state: 'read', bytes: Uint8Array.of(0x61), mode: 0o600, ownerUid: 33 } as const, 'chown root:root /s'],
  ])('in a file of its own has the same demands: %j', async (file, words) => {
    const files = file === undefined ? {} : { '/s': file };
    expect(await problems({ toml: `${USER}password_file = "/s"`, files })).toEqual([expect.stringContaining(words)]);
  });

  it('may be a credential of systemd, whose mode is not judged', async () => {
    const environment = { CREDENTIALS_DIRECTORY: '/run/credentials/x' };
    const file = { state: 'read', bytes: new TextEncoder().encode('passport'), mode: 0o440, ownerUid: 0 } as const;
    const toml = `${USER}password_credential = "mail"`;
    expect(await passwordOf({ toml, environment, files: { '/run/credentials/x/mail': file } })).toBe('passport');
    expect(await problems({ toml, environment })).toEqual([expect.stringContaining('the unit does not load')]);
    for (const name of ['../x', '/etc/shadow', '..', ''])
      expect(await problems({ toml: `${USER}password_credential = ${JSON.stringify(name)}`, environment })).toEqual([
        expect.stringContaining('the name of a credential'),
      ]);
  });

  it('that only systemd has is no error and no clean bill: the channel is left out, and it is said', async () => {
    const loaded = await read({ toml: `${USER}password_credential = "mail"` });
    expect(loaded).toMatchObject({ problems: [], config: { notify: { channels: [] } } });
    expect(loaded.leftOut).toEqual([
      { name: 'mail', because: expect.stringContaining('CREDENTIALS_DIRECTORY'), isWrong: false },
    ]);
  });

  it('stands in one way in each layer, and the strongest layer counts', async () => {
    const toml = `${USER}password = "passport"\npassword_file = "/s"`;
    expect(await problems({ toml })).toEqual([expect.stringMatching(/^8: .*only one of them/)]);
    const environment = { PVE_DOCTOR_CHANNEL_MAIL_PASSWORD_FILE: '/s' };
    expect(await passwordOf({ toml: `${USER}password = "passport"`, environment, files: { '/s': 'question' } })).toBe(
      'question',
    );
    expect(await passwordOf({ toml: USER, set: ['channel.mail.password_file=/s'], files: { '/s': 'question' } })).toBe(
      'question',
    );
  });

  it('is refused on the command line, with the reason and without the secret', async () => {
    const thrown = await read({ toml: USER, set: ['channel.mail.password=hunter2'] }).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(UsageError);
    expect(`${thrown}`).toContain('never taken from the command line');
    expect(`${thrown}`).not.toContain('hunter2');
  });
});
