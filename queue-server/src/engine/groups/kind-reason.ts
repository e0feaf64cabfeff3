const SHOWN_REASON = 200;

/** Ids, and numbers: reasons that differ only in them are the same. */
const VARYING = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|\b(?=[a-f]*\d)[\da-f]{8,}\b|\d+(?:\.\d+)?/gi;

/** What all reasons of a kind of dead letters have in common. */
export const kindReason = (reason: string): string =>
  Array.from(reason.replaceAll(VARYING, '#')).slice(0, SHOWN_REASON).join('');
