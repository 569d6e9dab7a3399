import { findProgram } from '../host/run.ts';
import type { CommandResult } from '../model/command-result.ts';
import { LOCAL_RECIPIENTS, LOCAL_SENDER } from '../model/config/kinds.ts';
import { type Delivery, refused, sent, undelivered } from '../model/notify/delivery.ts';
import { channelType, preset } from './channel-type.ts';
import { mailOf } from './mail-of-message.ts';

/** sysexits.h: what may be over later. Others say that the mail, an address or the program's set-up is wrong. */
const PASSING: ReadonlyMap<number, string> = new Map([
  [69, 'EX_UNAVAILABLE'],
  [71, 'EX_OSERR'],
  [73, 'EX_CANTCREAT'],
  [74, 'EX_IOERR'],
  [75, 'EX_TEMPFAIL'],
]);

export const SENDMAIL = channelType({
  type: 'sendmail',
  doc: "mail by the node's own mail program; mail to root reaches what Proxmox VE does with it",
  keys: {
    from: preset(LOCAL_SENDER, 'root', 'The sender.'),
    to: preset(LOCAL_RECIPIENTS, ['root'], 'The recipients: users of this node, or addresses.'),
  },
  obstacle: () =>
    findProgram('sendmail') !== null
      ? null
      : 'cannot work: this host has no sendmail; install postfix, or use type smtp',
  /**
   * `-i`: a line with a dot alone is text. Recipients are named behind `--`, not taken from the text with `-t`, where programs
   * differ in what they do with both. `-f` as PVE's own mail does it, so that a bounce goes to the sender; for a local user the
   * program's own default is right.
   */
  deliver: async (channel, message, client) => {
    const made = mailOf(message, channel.from, channel.to);
    if ('wrong' in made) return refused(made.wrong);
    const { from, to } = made.mail;
    const envelope = from.address.includes('@') ? ['-f', from.address] : [];
    const args = ['-i', ...envelope, '--', ...to.map(({ address }) => address)];
    return verdictOf(await client.feed('sendmail', args, await client.compose(made.mail)));
  },
});

function verdictOf(result: CommandResult): Delivery {
  const said = `${result.stderr} ${result.stdout}`.trim();
  const because = (what: string): string => (said === '' ? what : `${what}: ${said}`);
  switch (result.outcome) {
    case 'not-found':
      return refused('there is no sendmail on this node');
    case 'timed-out':
      return undelivered(because('sendmail was not done in time'));
    case 'exited': {
      if (result.exitCode === 0) return sent(because('the local mail program took it'));
      const passing = PASSING.get(result.exitCode ?? -1);
      if (passing !== undefined) return undelivered(because(`sendmail ended with ${result.exitCode} (${passing})`));
      return refused(because(`sendmail ended with ${result.exitCode}`));
    }
    default:
      return undelivered(because(`sendmail ${result.outcome === 'killed' ? 'was killed' : 'could not be run'}`));
  }
}
