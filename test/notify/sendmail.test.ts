import { chmodSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Client } from '../../src/channels/client.ts';
import { liveClient } from '../../src/channels/client.ts';
import { composeMail } from '../../src/host/send-mail-form.ts';
import { feedProgram } from '../../src/host/send-program.ts';
import { deliver } from '../../src/notify/deliver.ts';
import { leavesOf, readMail } from './received-mail.ts';
import { ODD_TEXT, REPORT_JSON, sampleMessage, sendmail } from './samples.ts';

/** A program in the place of sendmail(8), which keeps its arguments and input and then does as the script says. */
function standIn(script: string, deadlineMs = 30_000) {
  const folder = mkdtempSync(join(tmpdir(), 'pve-doctor-sendmail-'));
  const path = join(folder, 'sendmail');
  const keep = `cd ${folder}; for argument; do printf '%s\\n' "$argument" >> argv; done; env > env; cat > stdin`;
  writeFileSync(path, `#!/bin/sh\n${keep}\n${script}\n`);
  chmodSync(path, 0o755);
  const client: Client = {
    ...liveClient(),
    compose: composeMail,
    feed: (program, args, input) => feedProgram({ program, args, input, deadlineMs }, path),
  };
  const lines = (name: string): readonly string[] => readFileSync(join(folder, name), 'utf8').trimEnd().split('\n');
  return {
    client,
    folder,
    argv: () => lines('argv'),
    env: () => lines('env'),
    text: () => readFileSync(join(folder, 'stdin'), 'latin1'),
  };
}

describe('sendmail', () => {
  it('gets the whole mail on its input and the recipients behind --', async () => {
    const program = standIn('exit 0');
    const delivery = await deliver(sendmail(), sampleMessage(), program.client);
    expect(delivery).toEqual({ state: 'sent', answer: 'the local mail program took it' });
    expect(program.argv()).toEqual(['-i', '--', 'root']);
    const text = program.text();
    expect(text).not.toContain('\r');
    const mail = readMail(text.replaceAll('\n', '\r\n'));
    expect(mail.headers.get('to')).toBe('<root>');
    expect(mail.headers.has('bcc')).toBe(false);
    const [plain, , json] = leavesOf(mail);
    expect(plain?.bytes.toString('utf8').replaceAll('\r\n', '\n').trimEnd()).toBe(ODD_TEXT.trimEnd());
    expect(json?.bytes.toString('utf8')).toBe(REPORT_JSON);
  });

  it('has taken it where it says so and leaves a process behind that holds its output', async () => {
    const program = standIn('echo queued; sleep 20 & exit 0', 4000);
    const delivery = await deliver(sendmail(), sampleMessage(), program.client);
    expect(delivery).toEqual({ state: 'sent', answer: 'the local mail program took it: queued' });
  });

  it('names the sender of the envelope where it is an address', async () => {
    const program = standIn('exit 0');
    await deliver(
      sendmail({ from: 'Node <pve1@example.org>', to: ['root', 'ops@example.org'] }),
      sampleMessage(),
      program.client,
    );
    expect(program.argv()).toEqual(['-i', '-f', 'pve1@example.org', '--', 'root', 'ops@example.org']);
  });

  it('gets nothing of our environment', async () => {
    process.env['PVE_DOCTOR_MAIL_PASSWORD'] = 'secret';
    const program = standIn('exit 0');
    await deliver(sendmail(), sampleMessage(), program.client);
    delete process.env['PVE_DOCTOR_MAIL_PASSWORD'];
    expect(program.env().some((line) => line.includes('secret'))).toBe(false);
  });

  it.each([
    [75, true],
    [69, true],
    [71, true],
    [64, false],
    [67, false],
    [77, false],
    [78, false],
    [1, false],
  ])('takes the exit status %i for what sysexits.h says', async (code, retry) => {
    const { client } = standIn(`echo "sendmail: fatal: queue" >&2; exit ${code}`);
    const delivery = await deliver(sendmail(), sampleMessage(), client);
    expect(delivery).toMatchObject({ state: 'failed', retry });
    if (delivery.state === 'failed')
      expect(delivery.because).toMatch(new RegExp(`^sendmail ended with ${code}.*: sendmail: fatal: queue$`));
  });

  it('does not wait for a mail program that hangs', async () => {
    const delivery = await deliver(sendmail(), sampleMessage(), standIn('exec sleep 300', 500).client);
    expect(delivery).toMatchObject({ state: 'failed', retry: true });
  });

  it('tells a mail program that was killed', async () => {
    expect(await deliver(sendmail(), sampleMessage(), standIn('kill -9 $$').client)).toMatchObject({
      state: 'failed',
      retry: true,
      because: 'sendmail was killed',
    });
  });

  it('tells a node without a mail program', async () => {
    const client: Client = {
      ...liveClient(),
      feed: (program, args, input) => feedProgram({ program, args, input, deadlineMs: 500 }, null),
    };
    expect(await deliver(sendmail(), sampleMessage(), client)).toMatchObject({
      state: 'failed',
      retry: false,
      because: 'there is no sendmail on this node',
    });
  });

  it.each(['-t', '-C/tmp/evil.cf', '|/bin/sh', 'root; reboot', 'a b', '/etc/passwd', 'root\n-t', '--'])(
    'does not run for the recipient %j',
    async (to) => {
      const program = standIn('exit 0');
      expect(await deliver(sendmail({ to: [to] }), sampleMessage(), program.client)).toMatchObject({
        state: 'failed',
        retry: false,
      });
      expect(existsSync(join(program.folder, 'argv'))).toBe(false);
    },
  );
});
