/** Guests that the HA manager looks after (/etc/pve/ha/resources.cfg). */
export interface HaResources {
  /** VMIDs with the state that is asked for: `started` where the file names none, `stopped`, `disabled`, `ignored`. */
  readonly managed: ReadonlyMap<number, string>;
}
