import type { Logger } from 'pino';

const said = new WeakMap<Logger, Set<string>>();

/** Warns of what holds for a server, whichever of its parts notices it. */
export const warnOnce = (logger: Logger, text: string): void => {
  const texts = said.get(logger) ?? new Set();
  said.set(logger, texts);
  if (texts.has(text)) return;
  texts.add(text);
  logger.warn(text);
};
