import type { Channel, NotifySettings } from '../model/config/config.ts';

/** smartd, mdadm, ZED and PVE tell root without being asked; so does an installed package that nobody configured. */
const ROOT: Channel = { name: 'root', type: 'node', policy: 'new-problems' };

/**
 * Who is told. `isPve`: this is a node, not a machine on which somebody tries the program. `isDescribed`: somebody described
 * channels, be they unusable now.
 */
export const withDefault = <T extends NotifySettings>(settings: T, isPve: boolean, isDescribed: boolean): T =>
  settings.channels.length > 0 || isDescribed || !isPve || settings.otherwise === 'nobody'
    ? settings
    : { ...settings, channels: [ROOT] };
