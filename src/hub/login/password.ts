import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** OWASP's Password Storage Cheat Sheet (2026): N=2^15, r=8, p=3, which is 32 MiB for each. In the hash, so that they may grow. */
const COST = { N: 2 ** 15, r: 8, p: 3 };

const HASH_BYTES = 32;

export const LEAST_PASSWORD = 12;
export const MOST_PASSWORD = 200;

type Cost = typeof COST;

const derive = (password: string, salt: Uint8Array, cost: Cost): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const maxmem = 256 * cost.N * cost.r;
    scrypt(password.normalize('NFKC'), salt, HASH_BYTES, { ...cost, maxmem }, (error, key) => {
      // Node says null where there is none, Bun undefined.
      if (error) reject(error);
      else resolve(key);
    });
  });

const written = ({ N, r, p }: Cost, salt: Uint8Array, hash: Uint8Array): string =>
  `scrypt$${N}$${r}$${p}$${Buffer.from(salt).toString('base64')}$${Buffer.from(hash).toString('base64')}`;

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  return written(COST, salt, await derive(password, salt, COST));
}

/** What is compared with where there is no such user, so that the answer takes as long. */
const NOBODY = written(COST, Buffer.alloc(16), Buffer.alloc(HASH_BYTES));

/** Whether the password is the one of that hash; null, a user without a hash, takes as long and is never right. */
export async function isPassword(password: string, stored: string | null): Promise<boolean> {
  const [, N = '', r = '', p = '', salt = '', hash = ''] =
    /^scrypt\$(\d{1,8})\$(\d{1,2})\$(\d{1,2})\$([A-Za-z0-9+/=]{1,100})\$([A-Za-z0-9+/=]{1,100})$/.exec(
      stored ?? NOBODY,
    ) ?? [];
  if (hash === '' || password.length > MOST_PASSWORD) return false;
  const expected = Buffer.from(hash, 'base64');
  const found = await derive(password, Buffer.from(salt, 'base64'), { N: Number(N), r: Number(r), p: Number(p) });
  return expected.length === found.length && timingSafeEqual(expected, found) && stored !== null;
}

/** Why it cannot be a password; null where it can. */
export function passwordComplaint(password: string): string | null {
  if (password.length < LEAST_PASSWORD) return `a password has at least ${LEAST_PASSWORD} characters`;
  return password.length > MOST_PASSWORD ? `a password has at most ${MOST_PASSWORD} characters` : null;
}
