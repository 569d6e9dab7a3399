import { readFileSync } from 'node:fs';
import { createTransport, type SMTPTransportOptions } from 'nodemailer';
import type { Secret } from '../model/config/secret.ts';
import { errorCode } from './errors.ts';
import { type Mail, mailOptions } from './send-mail-form.ts';
import { systemAuthorities } from './trusted-authorities.ts';

export interface MailServer {
  readonly host: string;
  readonly port: number;
  readonly security: 'starttls' | 'tls' | 'none';
  readonly user: string | null;
  readonly password: Secret | null;
  readonly caFile: string | null;
}

export interface MailDeadlines {
  /** For each step that waits: name, connection, greeting, silence. */
  readonly stepMs: number;
  readonly totalMs: number;
}

/** What a server answered, or why there was no answer. Texts are the server's own and may quote anything. */
export type MailAnswer =
  | {
      readonly outcome: 'taken';
      readonly response: string;
      /** Recipients that it did not take while it took the mail for the others. */
      readonly refused: readonly { readonly address: string; readonly response: string }[];
    }
  | {
      readonly outcome: 'failed';
      /** The reply code; 0 where it was not an answer that failed. */
      readonly replyCode: number;
      readonly kind: FailureKind;
      readonly because: string;
    };

type FailureKind = 'answer' | 'login' | 'tls' | 'network' | 'late' | 'setting';

const failed = (kind: FailureKind, because: string, replyCode = 0): MailAnswer => ({
  ...{ outcome: 'failed', replyCode, kind, because },
});

/** Hands a mail to an SMTP server. Nothing is thrown. */
export async function sendMail(mail: Mail, server: MailServer, deadlines: MailDeadlines): Promise<MailAnswer> {
  if (server.security === 'none' && server.password !== null)
    return failed('setting', 'a password is never sent without encryption');
  const authorities = authoritiesFor(server.caFile);
  if (typeof authorities === 'object' && authorities !== null) return failed('setting', authorities.problem);
  const transport = createTransport(transportOptions(server, deadlines, authorities));
  const late = AbortSignal.timeout(deadlines.totalMs);
  try {
    const info = await transport.sendMail({ ...mailOptions(mail), signal: late });
    const refused = (info.rejectedErrors ?? []).map((error) => ({
      address: String(error.recipient ?? ''),
      response: error.response ?? error.message,
    }));
    return { outcome: 'taken', response: info.response, refused };
  } catch (error) {
    return late.aborted
      ? failed('late', `not done within ${Math.round(deadlines.totalMs / 100) / 10} s`)
      : explain(error, server);
  } finally {
    transport.close();
  }
}

function transportOptions(
  server: MailServer,
  { stepMs }: MailDeadlines,
  authorities: string | null,
): SMTPTransportOptions {
  return {
    host: server.host,
    port: server.port,
    secure: server.security === 'tls',
    requireTLS: server.security === 'starttls',
    // In the clear means in the clear: no half-checked encryption that only looks like one.
    ignoreTLS: server.security === 'none',
    ...(server.user !== null && server.password !== null
      ? { auth: { user: server.user, pass: server.password.reveal() } }
      : {}),
    tls: {
      rejectUnauthorized: true,
      minVersion: 'TLSv1.2',
      ...(authorities === null ? {} : { ca: authorities }),
    },
    dnsTimeout: stepMs,
    connectionTimeout: stepMs,
    greetingTimeout: stepMs,
    socketTimeout: stepMs,
    logger: false,
  };
}

function authoritiesFor(caFile: string | null): string | null | { readonly problem: string } {
  const system = systemAuthorities();
  if (caFile === null) return system;
  try {
    const own = readFileSync(caFile, 'utf8');
    if (!own.includes('-----BEGIN CERTIFICATE-----')) return { problem: `${caFile} holds no certificate` };
    return `${system ?? ''}\n${own}`;
  } catch (error) {
    return { problem: `${caFile} cannot be read (${errorCode(error)})` };
  }
}

function explain(error: unknown, { host, port }: MailServer): MailAnswer {
  const { code = '', responseCode = 0, response = '', message = '' } = error as MailError;
  const answer = (kind: FailureKind, because: string): MailAnswer => failed(kind, because, responseCode);
  // Node's own codes of a certificate that does not hold stand beside nodemailer's.
  const certificate = /CERT|SIGNATURE|ISSUER|ALTNAME|SELF_SIGNED/.exec(`${code} ${message.toUpperCase()}`) !== null;
  if (certificate && responseCode === 0) return answer('tls', `the certificate of ${host} is not valid: ${message}`);
  if (code === 'EAUTH' || code === 'ENOAUTH') return answer('login', `the login was refused: ${response || message}`);
  if (code === 'ETLS' || /STARTTLS|TLS/.test(message)) return answer('tls', `no encryption: ${response || message}`);
  if (responseCode >= 400) return answer('answer', response || message);
  if (code === 'ETIMEDOUT') return answer('late', `${host} port ${port} did not answer in time`);
  if (code === 'EDNS') return answer('network', `the name ${host} could not be resolved`);
  return answer('network', `the connection to ${host} port ${port} failed: ${message}`);
}

interface MailError {
  readonly code?: string;
  readonly responseCode?: number;
  readonly response?: string;
  readonly message?: string;
}
