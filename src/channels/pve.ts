import { lookAtDataFile } from '../host/data-file.ts';
import { findProgram } from '../host/run.ts';
import type { CommandResult } from '../model/command-result.ts';
import { type Delivery, refused, sent, undelivered } from '../model/notify/delivery.ts';
import { channelType } from './channel-type.ts';
import { fieldOf, parsedJson, wordOf } from './http-delivery.ts';
import { oneLine } from './mail-of-message.ts';
import { NOTIFY_SCRIPT } from './pve-notify-script.ts';

/** Matchers that look for errors get what is critical. What could not be judged must not pass for a system mail (`unknown`). */
const SEVERITIES = {
  critical: 'error',
  warning: 'warning',
  unknown: 'warning',
  waiting: 'info',
  healthy: 'info',
} as const;

/** The package puts `pve-doctor-subject.txt.hbs` and its two neighbours here, beside those of PVE. */
const TEMPLATE_FOLDER = '/usr/share/pve-manager/templates/default';
const TEMPLATE = 'pve-doctor';

const NOTIFY_MODULE = '/usr/share/perl5/PVE/Notify.pm';

/**
 * Proxmox VE's notification framework. Who gets the message is decided by the matchers of the cluster, and what became of
 * it at their targets is in the node's log: all that is known here is that PVE took it.
 */
export const PVE = channelType({
  type: 'pve',
  doc: "Proxmox VE's own notifications, from PVE 8.1 on",
  keys: {},
  obstacle: () =>
    findProgram('perl') !== null && lookAtDataFile(NOTIFY_MODULE).state !== 'absent'
      ? null
      : 'cannot work: this host has no PVE::Notify (PVE 8.1 and later); use type sendmail',
  deliver: async (_channel, message, client) => {
    const input = JSON.stringify({
      severity: message.kind === 'test' ? 'info' : SEVERITIES[message.severity],
      template: TEMPLATE,
      folder: TEMPLATE_FOLDER,
      data: { subject: oneLine(message.subject, 250), message: message.text, html: message.html },
      fields: { type: 'pve-doctor', hostname: message.node },
    });
    return verdictOf(await client.feed('perl', ['-e', NOTIFY_SCRIPT], input));
  },
});

const USE_SENDMAIL = 'use a channel of type sendmail, whose mail to root reaches the same people';

function verdictOf(result: CommandResult): Delivery {
  if (result.outcome === 'not-found') return refused(`there is no perl on this node; ${USE_SENDMAIL}`);
  if (result.outcome === 'timed-out') return undelivered('PVE::Notify did not answer in time');
  const answer = parsedJson(result.stdout);
  const detail = wordOf(fieldOf(answer, 'detail'));
  switch (fieldOf(answer, 'outcome')) {
    case 'taken':
      return sent("PVE's notification framework took it; its matchers decide who gets it");
    case 'missing':
      return refused(`this node has no PVE::Notify (PVE 8.1 and later); ${USE_SENDMAIL}`);
    case 'too-old':
      return refused(`PVE::Notify of this node is of a form before libpve-notify-perl 8.0.5; ${USE_SENDMAIL}`);
    case 'no-template':
      return refused(`PVE found no template ${TEMPLATE}: its files belong into ${detail}`);
    case 'failed':
      return undelivered(`PVE::Notify failed: ${detail}`);
    default:
      return undelivered(`perl ended with ${result.exitCode ?? result.outcome}: ${result.stderr}`.trim());
  }
}
