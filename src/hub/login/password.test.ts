import { describe, expect, it } from 'vitest';
import { hashPassword, isPassword, passwordComplaint } from './password.ts';

describe('a password of the hub', () => {
  it('is known by its hash, and no other one is', async () => {
    const hash = await hashPassword('a long enough password');
    expect(hash).toMatch(/^scrypt\$32768\$8\$3\$/);
    expect(await isPassword('a long enough password', hash)).toBe(true);
    expect(await isPassword('a long enough passworD', hash)).toBe(false);
  });

  it('is never right for a user without one, or with a damaged one', async () => {
    expect(await isPassword('', null)).toBe(false);
    expect(await isPassword('x', 'scrypt$1$')).toBe(false);
  });

  it('has a least and a greatest length', () => {
    expect([passwordComplaint('short'), passwordComplaint('long enough, really')]).toEqual([expect.any(String), null]);
    expect(passwordComplaint('x'.repeat(10_000))).toContain('at most');
  });
});
