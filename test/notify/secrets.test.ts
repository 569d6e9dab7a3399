import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Client } from '../../src/channels/client.ts';
import type { Channel } from '../../src/model/config/config.ts';
import { Secret } from '../../src/model/config/secret.ts';
import { deliver, secretsOf } from '../../src/notify/deliver.ts';
import { shownAnswer } from '../../src/notify/shown-answer.ts';
import { htmlText, markup } from '../../src/render/markup.ts';
import { trials } from '../sample.ts';
import { gotify, mailjet, ntfy, sampleMessage, sendmail, smtp, webhook } from './samples.ts';

/** Long enough that no word of ours holds it by chance; with every character that some form of it writes differently. */
const secret = fc
  .tuple(fc.stringMatching(/^[A-Za-z0-9]{4}$/), fc.string({ unit: 'grapheme-ascii', minLength: 6, maxLength: 60 }))
  .map(([head, tail]) => `${head}${tail}Zq7`)
  .filter((text) => text.trim() === text);
const token = fc.stringMatching(/^[A-Za-z0-9_-]{8,40}$/);

const channels: fc.Arbitrary<{ readonly channel: Channel; readonly secrets: readonly string[] }> = fc.oneof(
  fc.tuple(secret, secret).map(([key, own]) => ({
    channel: mailjet('https://api.mailjet.com', { apiKey: new Secret(key), apiSecret: new Secret(own) }),
    secrets: [key, own],
  })),
  secret.map((own) => ({ channel: smtp(25, { password: new Secret(own) }), secrets: [own] })),
  fc.tuple(token, token, token).map(([path, query, own]) => ({
    channel: webhook(`https://hooks.example.org/services/${path}?key=${query}`, own),
    secrets: [path, query, own],
  })),
  fc.tuple(token, token).map(([topic, own]) => ({
    channel: { ...ntfy('https://ntfy.sh', own), topic: new Secret(topic) },
    secrets: [topic, own],
  })),
  token.map((own) => ({ channel: { ...gotify('https://g.example.org'), token: new Secret(own) }, secrets: [own] })),
);

type Echo = (everything: string) => string;

/** What a server may make of what it was sent. */
const echoes: fc.Arbitrary<Echo> = fc.constantFrom<Echo>(
  (all) => all,
  (all) => JSON.stringify({ error: all, errorDescription: all, ErrorMessage: all, id: all }),
  (all) =>
    JSON.stringify({
      Messages: [{ Status: 'error', Errors: [{ ErrorCode: all, ErrorMessage: all, ErrorRelatedTo: [all] }] }],
    }),
  (all) => JSON.stringify({ Messages: [{ Status: 'success', To: [{ MessageID: all }] }] }),
  (all) => all.toUpperCase(),
  (all) => encodeURIComponent(all),
  (all) => new URLSearchParams({ said: all }).toString(),
  (all) => all.replace(/\s+/g, ' '),
  (all) => htmlText(markup`<p>${all}</p>`),
  (all) => all.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;'),
  (all) => `${'x'.repeat(380)}${all}`,
  (all) => `${'x'.repeat(16 * 1024 - 20)}${all}`,
  (all) => `${' '.repeat(16 * 1024 - 20)}${all}`,
  (all) => `<html>\r\n${all}\r\n\u001b[31m</html>`,
);

/** A client whose other side repeats all that it gets, as an answer, an error or an exception. */
function echoingClient(
  echo: Echo,
  secrets: readonly string[],
  how: 'answer' | 'error' | 'thrown',
  code: number,
): Client {
  const said = (...got: readonly string[]): string => echo([...got, ...secrets].join(' | '));
  const thrown = (text: string): never => {
    throw new Error(text);
  };
  return {
    post: async ({ url, headers, body }) => {
      const authorization = Buffer.from((headers['authorization'] ?? '').replace(/^Basic /, ''), 'base64').toString();
      const text = said(url, JSON.stringify(headers), authorization, body);
      if (how === 'thrown') return thrown(text);
      if (how === 'error') return { outcome: 'failed', because: text };
      return { outcome: 'answered', status: code, body: text, retryAfterMs: 0, redirectHost: '' };
    },
    mail: async (_mail, server) => {
      const login = `\0${server.user ?? ''}\0${server.password?.reveal() ?? ''}`;
      const text = said(login, btoa(unescape(encodeURIComponent(login))));
      if (how === 'thrown') return thrown(text);
      if (how === 'error') return { outcome: 'failed', replyCode: code, kind: 'login', because: text };
      return { outcome: 'taken', response: text, refused: [{ address: text, response: text }] };
    },
    compose: async () => new Uint8Array(),
    feed: async () => thrown(said()),
  };
}

describe('the secrets of a channel', () => {
  it('are in no answer, error or exception, whatever the other side repeats', async () => {
    const how = fc.constantFrom('answer', 'error', 'thrown');
    const code = fc.constantFrom(200, 204, 302, 400, 401, 429, 500);
    await fc.assert(
      fc.asyncProperty(channels, echoes, how, code, async ({ channel, secrets }, echo, kind, status) => {
        const client = echoingClient(echo, secrets, kind, status);
        const shown = JSON.stringify(await deliver(channel, sampleMessage(), client)).toLowerCase();
        for (const own of secrets) {
          for (const form of [
            own,
            JSON.stringify(own).slice(1, -1),
            encodeURIComponent(own),
            htmlText(markup`${own}`),
            new URLSearchParams({ own }).toString().slice('own='.length),
            Buffer.from(own).toString('base64'),
          ])
            expect(shown.includes(form.toLowerCase()), `${channel.type}: ${form} in ${shown}`).toBe(false);
          // The beginning of one that was cut off is one as well.
          expect(shown.includes(own.slice(0, 7).toLowerCase()), `${channel.type}: cut ${own} in ${shown}`).toBe(false);
        }
      }),
      { numRuns: trials(200) },
    );
  });

  it('do not stand in a channel that is printed', () => {
    const all = [
      mailjet('https://x'),
      smtp(25),
      webhook('https://x/secret-path'),
      ntfy('https://x'),
      gotify('https://x'),
    ];
    for (const channel of all)
      for (const own of secretsOf(channel))
        expect(`${JSON.stringify(channel)}${String(channel)}`.includes(own)).toBe(false);
  });

  it('are none where a channel has none', () => {
    expect(secretsOf(sendmail())).toEqual([]);
  });
});

describe('what others said', () => {
  it('stays as it is where nothing is to hide', () => {
    expect(shownAnswer('250 2.0.0 Ok: queued as 4XyZ', ['secret'])).toBe('250 2.0.0 Ok: queued as 4XyZ');
  });
});
