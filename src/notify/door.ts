import type { HttpAnswer, HttpPost } from '../host/send-http.ts';
import type { MailAnswer, MailServer } from '../host/send-mail.ts';
import type { Mail } from '../host/send-mail-form.ts';
import type { SendProgram } from '../host/send-program.ts';
import type { CommandResult } from '../model/command-result.ts';

/** The ways by which a message leaves this node. Each ends by the clock, whatever the other side does, and throws nothing. */
export interface Door {
  readonly post: (post: HttpPost) => Promise<HttpAnswer>;
  readonly mail: (mail: Mail, server: MailServer) => Promise<MailAnswer>;
  /** The whole text of a mail, for a program that takes it. */
  readonly compose: (mail: Mail) => Promise<Uint8Array>;
  readonly feed: (program: SendProgram, args: readonly string[], input: string | Uint8Array) => Promise<CommandResult>;
}
