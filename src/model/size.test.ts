import { expect, it } from 'vitest';
import { size, sizesApart } from './size.ts';

it.each([
  [0, '0 bytes'],
  [512, '512 bytes'],
  [8_388_608, '8 MiB'],
  [1_610_612_736, '1.5 GiB'],
  [1_099_511_627_776, '1 TiB'],
  [2 ** 60, '1024 PiB'],
])('says %d bytes as %s', (bytes, text) => {
  expect(size(bytes)).toBe(text);
});

it.each([
  [8_388_608, 25_165_824, ['8 MiB', '24 MiB']],
  [2 ** 40, 2 ** 40 + 4 * 2 ** 20, ['1048576 MiB', '1048580 MiB']],
  [2 ** 40, 2 ** 40 + 512, ['1073741824 KiB', '1073741824.5 KiB']],
])('says the different sizes %d and %d differently', (a, b, texts) => {
  expect(sizesApart(a, b)).toEqual(texts);
});
