/** Guests that the HA manager looks after (/etc/pve/ha/resources.cfg), and where it may start them. */
export interface HaResources {
  /** VMIDs with the state that is asked for: `started` where the file names none, `stopped`, `disabled`, `ignored`. */
  readonly managed: ReadonlyMap<number, string>;
  /**
   * Nodes that a guest is held to, by a strict rule or a restricted group; every node may start one that is not in it. null: rules or groups
   * could not be read.
   */
  readonly heldTo: ReadonlyMap<number, readonly string[]> | null;
}
