import { describe, expect, it } from 'vitest';
import { memoryHost } from '../host/memory-host.ts';
import { collectHostFacts } from './host-facts.ts';

describe('collectHostFacts', () => {
  it('describes the machine', async () => {
    const files = {
      '/proc/sys/kernel/hostname': 'pve1\n',
      '/proc/sys/kernel/osrelease': '6.8.12-9-pve\n',
      '/usr/share/perl5/PVE/pvecfg.pm': "sub version_text {\n    return '8.4.1/2a5fa54a8503f96d';\n}\n",
      '/sys/class/dmi/id/sys_vendor': 'Dell Inc.\n',
      '/sys/class/dmi/id/product_name': 'PowerEdge R740\n',
      '/proc/cpuinfo': 'processor\t: 0\nmodel name\t: Xeon\n\nprocessor\t: 1\nmodel name\t: Xeon\n\n',
      '/proc/loadavg': '0.10 0.20 0.30 1/200 999\n',
      '/proc/meminfo': 'MemTotal:  2048 kB\nMemAvailable:  1024 kB\n',
      '/proc/uptime': '12345.67 9.00\n',
    };
    const reading = await collectHostFacts(
      memoryHost({ files, rootCapacity: { totalBytes: 100, availableBytes: 40 } }),
    );
    expect(reading).toEqual({
      state: 'known',
      value: {
        ...{ hostName: 'pve1', pveVersion: '8.4.1', kernelRelease: '6.8.12-9-pve', model: 'Dell Inc. PowerEdge R740' },
        ...{ cpuModel: 'Xeon', cpuCount: 2, loadAverages: [0.1, 0.2, 0.3], uptimeSeconds: 12345.67 },
        ...{ memoryTotalBytes: 2048 * 1024, memoryAvailableBytes: 1024 * 1024 },
        ...{ rootTotalBytes: 100, rootAvailableBytes: 40 },
      },
    });
  });

  it.each(['', 'pv', '\n', 'pve\ufffd\n', 'pve1\nmore\n'])(
    'does not take %j for the name of the machine',
    async (text) => {
      const files = { '/proc/sys/kernel/hostname': text, '/proc/sys/kernel/osrelease': text, '/proc/uptime': text };
      expect(await collectHostFacts(memoryHost({ files }))).toMatchObject({
        value: { hostName: '', kernelRelease: null, uptimeSeconds: null },
      });
    },
  );

  it('keeps what it has when the rest cannot be read', async () => {
    const reading = await collectHostFacts(
      memoryHost({ files: { '/proc/sys/kernel/hostname': 'pve1\n', '/proc/meminfo': { unreadable: 'denied' } } }),
    );
    expect(reading).toMatchObject({
      state: 'known',
      value: { hostName: 'pve1', model: null, cpuCount: null, memoryTotalBytes: null, uptimeSeconds: null },
    });
  });
});
