import { createTransport, type SendMailOptions } from 'nodemailer';
import type { Mailbox } from '../model/notify/mailbox.ts';

/** A mail as data. Every text of it may come from a node: no line of it becomes a header line. */
export interface Mail {
  readonly from: Mailbox;
  readonly to: readonly Mailbox[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly attachments: readonly { readonly fileName: string; readonly mediaType: string; readonly content: string }[];
  /** Without its angle brackets. */
  readonly messageId: string;
  readonly date: string;
  /** One printable line of ASCII each. */
  readonly headers: Readonly<Record<string, string>>;
  readonly urgent: boolean;
}

/** For nodemailer, which folds, encodes and quotes. Files and addresses are never followed on behalf of a mail. */
export const mailOptions = (mail: Mail): SendMailOptions => ({
  from: { ...mail.from },
  to: mail.to.map((mailbox) => ({ ...mailbox })),
  subject: mail.subject,
  text: mail.text,
  html: mail.html,
  messageId: `<${mail.messageId}>`,
  date: new Date(mail.date),
  headers: { ...mail.headers },
  ...(mail.urgent ? { priority: 'high' } : {}),
  // Base64, because quoted-printable text may arrive with other line ends than it left with.
  attachments: mail.attachments.map(({ fileName, mediaType, content }) => ({
    filename: fileName,
    contentType: mediaType,
    content: Buffer.from(content, 'utf8'),
    contentTransferEncoding: 'base64',
  })),
  disableFileAccess: true,
  disableUrlAccess: true,
});

/** The whole text of a mail, with the line ends that a mail program on this node expects. */
export async function composeMail(mail: Mail): Promise<Uint8Array> {
  const { message } = await createTransport({ streamTransport: true, buffer: true, newline: 'unix' }).sendMail(
    mailOptions(mail),
  );
  if (!(message instanceof Uint8Array)) throw new Error('nodemailer did not answer with the text of the mail');
  return message;
}
