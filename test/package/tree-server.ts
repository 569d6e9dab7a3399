import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, normalize } from 'node:path';

/** A folder on a web server that can do nothing but give files away, which is all that the repository asks of one. */
export interface TreeServer {
  readonly url: string;
  /** From now on, what is answered instead of a file; null: the file. */
  readonly change: (instead: (path: string) => Buffer | null) => void;
  readonly close: () => Promise<void>;
}

export async function serveTree(folder: string): Promise<TreeServer> {
  let instead: (path: string) => Buffer | null = () => null;
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent((request.url ?? '/').split('?')[0] ?? '/'));
    const file = join(folder, path);
    if (!existsSync(file) || !statSync(file).isFile()) {
      response.writeHead(404).end();
      return;
    }
    const other = instead(path);
    response.writeHead(200, { 'content-length': other?.length ?? statSync(file).size });
    if (other === null) createReadStream(file).pipe(response);
    else response.end(other);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    change: (next) => {
      instead = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
