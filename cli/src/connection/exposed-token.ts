import type { Machine } from '../machine.js';
import type { Settings } from './settings.js';

const LOOPBACK = /^(?:localhost|.*\.localhost|127(?:\.\d+){3}|\[::1\])$/;

/** Warns of a token that crosses a network unencrypted. The client of the queue does so by itself. */
export const warnOfExposedToken = (
  { url, token }: Pick<Settings, 'url' | 'token'>,
  { stderr }: Pick<Machine, 'stderr'>,
): void => {
  const { protocol, hostname, host } = new URL(url);
  if (token === undefined || protocol === 'https:' || LOOPBACK.test(hostname)) return;
  stderr.write(exposedTokenText(`${protocol}//${host}`));
};

export const exposedTokenText = (server: string): string =>
  `warning: the token goes to ${server} unencrypted; use https\n`;
