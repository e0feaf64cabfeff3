const asItIs = (part: string): string => part;

/** The names in a JSON Pointer (RFC 6901), also of one in a fragment; `decode`: undoes what else was done to each. */
export const pointerNames = (pointer: string, decode = asItIs): readonly string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => decode(part).replaceAll('~1', '/').replaceAll('~0', '~'));
