import { type HttpAnswer, type HttpPost, postHttp } from '../host/send-http.ts';
import { type MailAnswer, type MailServer, sendMail } from '../host/send-mail.ts';
import { composeMail, type Mail } from '../host/send-mail-form.ts';
import { feedProgram, type SendProgram } from '../host/send-program.ts';
import type { CommandResult } from '../model/command-result.ts';

/** The ways by which a message leaves this node. Each ends by the clock, whatever the other side does, and throws nothing. */
export interface Client {
  readonly post: (post: HttpPost) => Promise<HttpAnswer>;
  readonly mail: (mail: Mail, server: MailServer) => Promise<MailAnswer>;
  /** The whole text of a mail, for a program that takes it. */
  readonly compose: (mail: Mail) => Promise<Uint8Array>;
  readonly feed: (program: SendProgram, args: readonly string[], input: string | Uint8Array) => Promise<CommandResult>;
}

/**
 * How long each way may take; `mailStepMs` is each step of SMTP that waits for the server. What is late is tried again, so these are
 * short. A mail server may take half a minute to look at a mail; PVE sends mail itself before it answers.
 */
const DEADLINES = { httpMs: 15_000, mailStepMs: 15_000, mailMs: 25_000, programMs: 25_000 };

export const liveClient = (deadlines = DEADLINES): Client => ({
  post: (post) => postHttp(post, { deadlineMs: deadlines.httpMs }),
  mail: (mail, server) => sendMail(mail, server, { stepMs: deadlines.mailStepMs, totalMs: deadlines.mailMs }),
  compose: composeMail,
  feed: (program, args, input) => feedProgram({ program, args, input, deadlineMs: deadlines.programMs }),
});
