/** A channel that news does not reach. */
export interface Trouble {
  readonly channel: string;
  /** What goes on after the name of the channel. */
  readonly because: string;
}

/** As one sentence: `Channel mail takes nothing since …`. */
export const troubleSentence = ({ channel, because }: Trouble): string =>
  channel === 'configuration' || channel === 'history'
    ? `Nobody may be told: ${channel} ${because}`
    : `Channel ${channel} ${because}`;
