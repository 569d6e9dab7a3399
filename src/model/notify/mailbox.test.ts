import { describe, expect, it } from 'vitest';
import { parseMailbox } from './mailbox.ts';

describe('an address', () => {
  it.each([
    ['root', { name: '', address: 'root' }],
    ['  ops@example.org ', { name: '', address: 'ops@example.org' }],
    ['Ops Team <ops@example.org>', { name: 'Ops Team', address: 'ops@example.org' }],
    ['"Ops, Team" <ops+pve@example.org>', { name: 'Ops, Team', address: 'ops+pve@example.org' }],
    ['Süd <süd@exämple.org>', { name: 'Süd', address: 'süd@exämple.org' }],
    ['<ops@[192.0.2.1]>', { name: '', address: 'ops@[192.0.2.1]' }],
  ])('is read: %j', (text, mailbox) => {
    expect(parseMailbox(text)).toEqual(mailbox);
  });

  it.each([
    '',
    ' ',
    '-t',
    'a@b, c@d',
    'a b@c',
    'a@b@c',
    '@example.org',
    'a@-x',
    'x <a@b> y',
    '<a@b> <c@d>',
    'x\n <a@b>',
    'x\u2028<a@b>',
    'x\u202e<a@b>',
    'a@b\r\nBcc: c@d',
    '|sh',
    '/dev/null',
    `${'x'.repeat(201)} <a@b>`,
  ])('is refused: %j', (text) => {
    expect(parseMailbox(text)).toBeNull();
  });
});
