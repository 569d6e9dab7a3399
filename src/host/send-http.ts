import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { errorCode } from './errors.ts';
import { systemAuthorities } from './trusted-authorities.ts';

export interface HttpPost {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface HttpRequest extends Omit<HttpPost, 'body'> {
  readonly method: 'POST' | 'PUT';
  readonly body: string | Uint8Array;
}

/** What came back. Nothing is thrown, and no redirection is followed: it would carry credentials to somebody else. */
export type HttpAnswer =
  | {
      readonly outcome: 'answered';
      readonly status: number;
      /** The beginning of the body. */
      readonly body: string;
      /** The header Retry-After in milliseconds (RFC 9110 section 10.2.3); 0 where there was none. */
      readonly retryAfterMs: number;
      /** The host to which a redirection leads; empty where there was none. */
      readonly redirectHost: string;
    }
  | { readonly outcome: 'failed'; readonly because: string };

export interface HttpLimits {
  /** From the first look-up of the name to the end of the answer. */
  readonly deadlineMs: number;
  /** PEM: whom to trust instead of the node's own list. */
  readonly authorities?: string;
  /** Of the answer only so much is read. */
  readonly mostBytes?: number;
}

/** A line or two of an answer are shown. */
const MAX_ANSWER_BYTES = 64 * 1024;

export const postHttp = (post: HttpPost, limits: HttpLimits): Promise<HttpAnswer> =>
  sendHttp({ ...post, method: 'POST' }, limits);

/** One request, certificate verified whatever the environment says, by the proxy that HTTPS_PROXY or HTTP_PROXY names. */
export function sendHttp(request: HttpRequest, limits: HttpLimits): Promise<HttpAnswer> {
  const failed = (because: string): HttpAnswer => ({ outcome: 'failed', because });
  if (!URL.canParse(request.url)) return Promise.resolve(failed('the address is not a URL'));
  const url = new URL(request.url);
  return new Promise((resolve) => {
    let settled = false;
    let sent: ClientRequest | null = null;
    const settle = (answer: HttpAnswer): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      resolve(answer);
      // Also what is still on its way: a flood of an answer, a connection that does not come about.
      sent?.destroy();
    };
    const late = (): void => settle(failed(`no answer within ${Math.round(limits.deadlineMs / 100) / 10} s`));
    const timer = setTimeout(late, limits.deadlineMs);
    sent = start(url, request, limits, settle);
    sent?.on('response', (response) => readAnswer(response, url, limits.mostBytes ?? MAX_ANSWER_BYTES, settle));
    // After its destruction a request may still report that it was destroyed.
    sent?.on('error', (error) => settle(failed(explain(error, url))));
    sent?.on('close', () => settle(failed('the connection was closed before there was an answer')));
    sent?.end(request.body);
  });
}

function start(
  url: URL,
  { method, headers: given, body }: HttpRequest,
  limits: HttpLimits,
  settle: (answer: HttpAnswer) => void,
): ClientRequest | null {
  const headers = { ...given, 'content-length': String(Buffer.byteLength(body)) };
  const authorities = limits.authorities ?? systemAuthorities();
  // Both runtimes take proxies from an agent that is given the environment, and only from there.
  const agentOptions = { keepAlive: false, proxyEnv: process.env };
  const common: RequestOptions = { method, headers };
  try {
    if (url.protocol === 'http:') return httpRequest(url, { ...common, agent: new HttpAgent(agentOptions) });
    const trust = { rejectUnauthorized: true, ...(authorities === null ? {} : { ca: authorities }) };
    return httpsRequest(url, { ...common, ...trust, agent: new HttpsAgent({ ...agentOptions, ...trust }) });
  } catch (error) {
    settle({ outcome: 'failed', because: `the request could not be made (${errorCode(error)})` });
    return null;
  }
}

function readAnswer(
  response: IncomingMessage,
  url: URL,
  mostBytes: number,
  settle: (answer: HttpAnswer) => void,
): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const finish = (): void =>
    settle({
      outcome: 'answered',
      status: response.statusCode ?? 0,
      body: Buffer.concat(chunks).subarray(0, mostBytes).toString('utf8'),
      retryAfterMs: retryAfter(response.headers['retry-after']),
      redirectHost: hostOf(response.headers.location, url),
    });
  response.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= mostBytes) finish();
  });
  response.on('end', finish);
  // The status line was there, and it is what counts; of the rest only a part is known.
  response.on('error', finish);
  response.on('aborted', finish);
}

/** Seconds or a date. */
function retryAfter(header: string | undefined): number {
  if (header === undefined) return 0;
  const ms = /^\d{1,9}$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) && ms > 0 ? ms : 0;
}

function hostOf(location: string | undefined, base: URL): string {
  if (location === undefined || !URL.canParse(location, base.href)) return '';
  return new URL(location, base.href).host;
}

/** In words for those that happen, by its code otherwise; never the message, which may quote the address. */
function explain(error: Error, url: URL): string {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : errorCode(error);
  const host = url.hostname;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `the name ${host} could not be resolved (${code})`;
  if (code === 'ECONNREFUSED') return `${url.host} accepts no connections (${code})`;
  if (code === 'ECONNRESET' || code === 'EPIPE') return `the connection was cut before there was an answer (${code})`;
  if (/CERT|SIGNATURE|ISSUER|ALTNAME|SELF_SIGNED/.test(code))
    return `the certificate of ${host} is not valid (${code})`;
  return `the connection failed (${code})`;
}
