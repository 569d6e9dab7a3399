import { collectDeviceMapper } from '../collectors/device-mapper.ts';
import type { Host } from '../host/host.ts';
import type { DeviceMapper } from '../model/device-mapper/device-mapper.ts';
import type { Reading } from '../model/reading.ts';

/** Device-mapper alone, for the last look before a device is changed. */
export const readDeviceMapper = (host: Host): Promise<Reading<DeviceMapper>> => collectDeviceMapper(host);
