import { describe, expect, it } from 'vitest';
import { parsePropertyString, propertySchema } from './property-string.ts';

const SCHEMA = propertySchema({
  file: { type: 'string', defaultKey: true },
  ssd: { type: 'boolean', optional: true },
  queues: { type: 'integer', optional: true, minimum: 2, maximum: 8 },
  mbps: { type: 'number', optional: true },
  cache: { type: 'string', optional: true, oneOf: ['none', 'unsafe'] },
  serial: { type: 'string', optional: true, maxLength: 3 },
  wwn: { type: 'string', optional: true, pattern: /^0x\d$/ },
});

const values = (text: string): Record<string, string> | string => {
  const parsed = parsePropertyString(SCHEMA, text);
  return parsed.accepted ? Object.fromEntries(parsed.values) : parsed.because;
};

describe('parsePropertyString', () => {
  it.each([
    ['x', { file: 'x' }],
    ['file=x', { file: 'x' }],
    ['ssd=1,x', { file: 'x', ssd: '1' }],
    ['x,ssd=YES', { file: 'x', ssd: '1' }],
    ['x,ssd=off', { file: 'x', ssd: '0' }],
    [',x, ,\t,', { file: 'x' }],
    ['x,serial=a=b', { file: 'x', serial: 'a=b' }],
    ['x,queues=+4', { file: 'x', queues: '+4' }],
    ['x,mbps=1e3', { file: 'x', mbps: '1e3' }],
    ['x,mbps=.5', { file: 'x', mbps: '.5' }],
    ['file=0,x', { file: 'x' }],
    ['x,wwn=0x1,cache=none', { file: 'x', wwn: '0x1', cache: 'none' }],
  ])('accepts %j', (text, expected) => {
    expect(values(text)).toEqual(expected);
  });

  it.each([
    ['', '"file" is missing'],
    ['ssd=1', '"file" is missing'],
    ['x,y', '"file" is given twice'],
    ['x,file=y', '"file" is given twice'],
    ['file=x,y', '"file" is given twice'],
    ['x,ssd=1,ssd=1', '"ssd" is given twice'],
    ['x,=1', 'an item has no key or no value'],
    ['x,ssd=', 'an item has no key or no value'],
    ['x,nosuch=1', '"nosuch" is not an option here'],
    ['x, ssd=1', 'what stands there is not an option here'],
    ['x,SSD=1', '"SSD" is not an option here'],
    ['x,__proto__=1', '"__proto__" is not an option here'],
    ['x,constructor=1', '"constructor" is not an option here'],
    ['x,ssd=2', 'the value of "ssd" is not valid'],
    ['x,queues=1', 'the value of "queues" is not valid'],
    ['x,queues=9', 'the value of "queues" is not valid'],
    ['x,queues=2.0', 'the value of "queues" is not valid'],
    ['x,mbps=fast', 'the value of "mbps" is not valid'],
    ['x,cache=NONE', 'the value of "cache" is not valid'],
    ['x,serial=abcd', 'the value of "serial" is not valid'],
    ['x,wwn=0x12', 'the value of "wwn" is not valid'],
  ])('rejects %j whole', (text, because) => {
    expect(values(text)).toBe(because);
  });

  it('wants a key where the schema has no default', () => {
    expect(parsePropertyString(propertySchema({ lower: { optional: true } }), '100').accepted).toBe(false);
  });
});
