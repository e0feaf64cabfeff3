/**
 * Whether a request may come in. Programs send no `Origin`. A browser always does, and any page that it shows
 * can reach a server on loopback: only pages that are listed may.
 */
export const isOriginAllowed = (origin: string | undefined, allowed: readonly string[]): boolean =>
  origin === undefined || allowed.includes('*') || allowed.includes(origin);
