import { describe, expect, it } from 'vitest';
import { parseCpuinfo, parseLoadavg, parseMeminfo, parsePasswd, parsePvecfg } from './machine-files.ts';

describe('files that describe the machine', () => {
  it('reads memory in bytes', () => {
    const text = 'MemTotal:       24672244 kB\nMemFree:        20000000 kB\nMemAvailable:   21000000 kB\n';
    expect(parseMeminfo(text).value).toEqual({ totalBytes: 24672244 * 1024, availableBytes: 21000000 * 1024 });
    expect(parseMeminfo('MemTotal:       24672244 kB\n').value.availableBytes).toBeNull();
  });

  it('reads load averages', () => {
    expect(parseLoadavg('0.52 0.58 12.59 2/1201 12345\n')).toEqual({ value: [0.52, 0.58, 12.59], problems: [] });
    expect(parseLoadavg('').value).toBeNull();
  });

  it('counts processors and names their model', () => {
    const one = 'processor\t: 0\nvendor_id\t: GenuineIntel\nmodel name\t: Intel(R) Xeon(R) CPU: E5\n\n';
    const text = `${one}${one.replace(': 0', ': 1')}`;
    expect(parseCpuinfo(text).value).toEqual({ model: 'Intel(R) Xeon(R) CPU: E5', count: 2 });
    expect(parseCpuinfo('processor\t: 0\nBogoMIPS\t: 50.00\n').value).toEqual({ model: null, count: 1 });
  });

  it.each([
    ['PVE 8', "sub version_text {\n    return '8.4.1/2a5fa54a8503f96d';\n}\n", '8.4.1'],
    ['PVE 6', "sub version_text {\n    return '6.4-13/9f411e79';\n}\n", '6.4-13'],
    ['PVE 5', "# this is diplayed on the GUI\nsub version_text {\n    return '5.4-15/d0ec33c6';\n}\n", '5.4-15'],
  ])('reads the version of %s', (_, text, version) => {
    const around = "package PVE::pvecfg;\n\nsub version {\n    return '0';\n}\n\n";
    expect(parsePvecfg(`${around}${text}\n1;\n`)).toEqual({ value: version, problems: [] });
  });

  it('has no version when the file does not state one', () => {
    expect(parsePvecfg('1;').value).toBeNull();
  });

  it('reads login names, the first of several for one number', () => {
    const text = 'root:x:0:0:root:/root:/bin/bash\ntoor:x:0:0::/root:/bin/sh\n+::::::\nceph:x:64045:64045::/:/x\nbad\n';
    const { value, problems } = parsePasswd(text);
    expect([...value]).toEqual([
      [0, 'root'],
      [64045, 'ceph'],
    ]);
    expect(problems).toHaveLength(1);
  });
});
