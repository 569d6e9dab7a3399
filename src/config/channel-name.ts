/** A channel's name also stands in the names of variables, where it is upper case and `-` becomes `_`. */
export const CHANNEL_NAME = /^[a-z][a-z0-9]{0,30}(?:-[a-z0-9]{1,30}){0,5}$/;

export const CHANNEL_NAME_WORDS = 'small letters, digits and "-", and begins with a letter';

/** `mail` and `api_key` of `channel.mail.api_key`. A key in quotes may have dots of its own. */
export function splitChannelKey(key: string): readonly [channel: string, name: string] {
  const [, channel = '', ...name] = key.split('.');
  return [channel, name.join('.')];
}
