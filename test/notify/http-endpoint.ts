import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Endpoint {
  readonly port: number;
  readonly url: string;
  readonly received: readonly Received[];
  readonly close: () => Promise<void>;
}

type Answer = (received: Received, response: ServerResponse) => void;

export const status =
  (code: number, body: unknown = '', headers: Readonly<Record<string, string>> = {}): Answer =>
  (_received, response) => {
    response.writeHead(code, headers);
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };

/** An HTTP server on loopback that keeps what it gets, byte by byte. */
export async function endpoint(
  answer: Answer,
  tls: { readonly key: string; readonly cert: string } | null = null,
  host = '127.0.0.1',
): Promise<Endpoint> {
  const received: Received[] = [];
  const server: Server = tls === null ? createServer() : createTlsServer({ key: tls.key, cert: tls.cert });
  server.on('request', (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('error', () => undefined);
    request.on('end', () => {
      const whole = {
        method: request.method ?? '',
        url: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks).toString('utf8'),
      };
      received.push(whole);
      answer(whole, response);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `${tls === null ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${port}`,
    received,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Runs with an endpoint and closes it, whatever happens. */
export async function withEndpoint<T>(answer: Answer, use: (at: Endpoint) => Promise<T>): Promise<T> {
  const at = await endpoint(answer);
  try {
    return await use(at);
  } finally {
    await at.close();
  }
}
