/** Every name on a made-up node, so that a test can choose them and look for them again. */
export interface Names {
  readonly vg: string;
  readonly otherVg: string;
  readonly pool: string;
  readonly thin: string;
  readonly thick: string;
  readonly nas: string;
  readonly node: string;
  readonly otherNode: string;
  readonly cluster: string;
  readonly guest: string;
  readonly container: string;
  readonly volume: string;
  readonly snapshot: string;
  readonly user: string;
  readonly server: string;
  readonly directory: string;
  readonly alias: string;
  readonly serial: string;
}

export const ORDINARY: Names = {
  ...{
    vg: 'ssd-ha01',
    otherVg: 'san_argent.2',
    pool: 'fastpool',
    thin: 'acme-quick',
    thick: 'acme-san',
    nas: 'nas-munich',
  },
  ...{ node: 'hv-berlin-1', otherNode: 'hv-berlin-2', cluster: 'acmecluster', guest: 'postbox.acme.example' },
  ...{ container: 'crm-lively', volume: 'customerdb', snapshot: 'before_upgrade-2', user: 'jdoe', server: 'filer7' },
  ...{ directory: 'acme exports', alias: 'lun-erp', serial: 'WD-WCC4E7XN2' },
};

export const ADDRESSES = {
  ...{ ipv4: '10.42.7.19', otherIpv4: '10.42.7.20', ipv6: '2a02:8108:abcd::17', mac: 'BC:24:11:7A:0F:E2' },
  ...{
    wwid: '3600a098038314a6b5a24513877386f41',
    domain: 'acme.example',
    uuid: '7d0b1a52-93c4-4f0e-8a37-5b1f0c6e2d11',
  },
};
