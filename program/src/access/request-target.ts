/** RFC 9112, 3.2.2: a target may be a whole URL. */
const WHOLE_URL = /^https?:\/\/([^/?#]*)/i;

/** The host that a target names itself; undefined: none, as a rule. */
export const targetHost = (target: string): string | undefined => WHOLE_URL.exec(target)?.[1];

/** The path and query of a target. */
export const originForm = (target: string): string => {
  const path = target.replace(WHOLE_URL, '');
  return path === target || path.startsWith('/') ? path : `/${path}`;
};
