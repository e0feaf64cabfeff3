const PROTOCOLS: readonly string[] = ['redis:', 'rediss:'];

export const isRedisUrl = (text: string): boolean =>
  URL.canParse(text) && PROTOCOLS.includes(new URL(text).protocol);

/** The same URL without what is secret in it. */
export const shownRedisUrl = (text: string): string => {
  const { protocol, host, pathname } = new URL(text);
  return `${protocol}//${host}${pathname}`;
};
