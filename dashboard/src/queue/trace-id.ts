const TRACEPARENT = /^[\da-f]{2}-([\da-f]{32})-[\da-f]{16}-[\da-f]{2}/;

/** Of the W3C header `traceparent`; undefined: it has none that is valid. */
export const traceIdOf = (headers: Readonly<Record<string, string>>): string | undefined =>
  TRACEPARENT.exec(headers.traceparent ?? '')?.[1];
