import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Client } from '../../src/channels/client.ts';
import { liveClient } from '../../src/channels/client.ts';
import { feedProgram } from '../../src/host/send-program.ts';
import type { Message } from '../../src/model/notify/message.ts';
import { deliver } from '../../src/notify/deliver.ts';
import { type NotifyForm, pveNotifyStandIn } from './pve-notify-stand-in.ts';
import { ODD_TEXT, pve, sampleMessage } from './samples.ts';

/** The real perl with the real script; only where modules and templates lie is another place. */
async function notify(form: NotifyForm, message: Message = sampleMessage(), withTemplates = true) {
  const standIn = pveNotifyStandIn(form, withTemplates);
  const argv: string[] = [];
  const client: Client = {
    ...liveClient(),
    feed: (program, args, input) => {
      argv.push(...args);
      const moved = { ...JSON.parse(String(input)), folder: standIn.templates };
      return feedProgram({
        program,
        args: ['-I', standIn.include, ...args],
        input: JSON.stringify(moved),
        deadlineMs: form === 'hangs' ? 800 : 30_000,
      });
    },
  };
  const delivery = await deliver(pve(), message, client);
  const noted = (): unknown => JSON.parse(readFileSync(standIn.note, 'utf8'));
  return { delivery, argv, noted };
}

const TAKEN = { state: 'sent', answer: "PVE's notification framework took it; its matchers decide who gets it" };
const FIELDS = { type: 'pve-doctor', hostname: 'pve1' };
const DATA = { subject: sampleMessage().subject, message: ODD_TEXT, html: sampleMessage().html };

describe('PVE notifications', () => {
  it.each(['template', 'common'] as const)('calls the form with templates (%s)', async (form) => {
    const { delivery, noted } = await notify(form);
    expect(delivery).toEqual(TAKEN);
    expect(noted()).toEqual(['error', 'pve-doctor', DATA, FIELDS]);
  });

  it('gives texts as templates of their own to 8.0.5 and 8.0.6, escaped in HTML', async () => {
    const { delivery, noted } = await notify('inline');
    expect(delivery).toEqual(TAKEN);
    const body = '{{#verbatim-monospaced}}{{message}}{{/verbatim-monospaced}}';
    expect(noted()).toEqual(['error', '{{subject}}', body, DATA, FIELDS]);
  });

  it.each([
    ['critical', 'error'],
    ['warning', 'warning'],
    ['unknown', 'warning'],
    ['healthy', 'info'],
  ] as const)('is told of %s as %s', async (severity, theirs) => {
    const { noted } = await notify('template', sampleMessage({ severity }));
    expect(noted()).toEqual([theirs, 'pve-doctor', DATA, FIELDS]);
  });

  it('is told of a test as info, whatever the node looks like', async () => {
    expect((await notify('template', sampleMessage({ kind: 'test' }))).noted()).toMatchObject([
      'info',
      'pve-doctor',
      {},
      {},
    ]);
  });

  it.each(['absent', 'old'] as const)('names the other way where PVE::Notify is %s', async (form) => {
    const { delivery } = await notify(form);
    expect(delivery).toMatchObject({
      state: 'failed',
      retry: false,
      because: expect.stringContaining('type sendmail'),
    });
  });

  it('does not hand over what PVE would drop for want of a template', async () => {
    const { delivery, noted } = await notify('template', sampleMessage(), false);
    expect(delivery).toMatchObject({
      state: 'failed',
      retry: false,
      because: expect.stringMatching(/no template pve-doctor/),
    });
    expect(noted).toThrow(/ENOENT/);
  });

  it.each(['dies', 'hangs', 'broken'] as const)('tries again where it %s', async (form) => {
    const { delivery } = await notify(form);
    expect(delivery).toMatchObject({ state: 'failed', retry: true });
    if (form === 'dies' && delivery.state === 'failed')
      expect(delivery.because).toContain('ipcc_send_rec[1] failed: Connection refused');
  });

  it('never has data among its arguments', async () => {
    const message = sampleMessage({
      node: 'node-in-argv',
      subject: 'subject-in-argv',
      text: '`reboot` $(reboot) @{[reboot]}',
    });
    const { argv, delivery, noted } = await notify('template', message);
    expect(delivery.state).toBe('sent');
    expect(argv.join(' ')).not.toMatch(/in-argv|reboot/);
    expect(noted()).toMatchObject(['error', 'pve-doctor', { message: message.text }, { hostname: 'node-in-argv' }]);
  });

  it('has the three templates that the package installs', () => {
    const read = (name: string) =>
      readFileSync(new URL(`../../packaging/notification-templates/${name}`, import.meta.url), 'utf8');
    expect(read('pve-doctor-subject.txt.hbs').trim()).toBe('{{subject}}');
    expect(read('pve-doctor-body.txt.hbs').trim()).toBe('{{message}}');
    // Ours is markup already, so it stands in three braces: handlebars would escape it a second time.
    expect(read('pve-doctor-body.html.hbs').trim()).toBe('{{{html}}}');
  });
});
