const PROTOCOLS: readonly string[] = ['redis:', 'rediss:'];

/** The number of a database, after the host. */
const PATH = /^(?:\/\d*)?$/;

export const isRedisUrl = (text: string): boolean => {
  if (!URL.canParse(text)) return false;
  const { protocol, pathname } = new URL(text);
  return PROTOCOLS.includes(protocol) && PATH.test(pathname);
};

export const databaseOf = (url: string): string => new URL(url).pathname.slice(1) || '0';

/** The same URL without what is secret in it. */
export const shownRedisUrl = (text: string): string => {
  const { protocol, host, pathname } = new URL(text);
  return `${protocol}//${host}${pathname}`;
};
