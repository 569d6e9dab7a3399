import { Option } from 'commander';

export const fromOption = (): Option =>
  new Option('--from <file>', 'read a capture instead of this machine; works offline, without root');
