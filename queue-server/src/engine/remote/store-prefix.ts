export const DEFAULT_PREFIX = 'queue';

/** What may begin the names of all that a server keeps in a store. */
export const STORE_PREFIX = /^[A-Za-z0-9_-]{1,64}$/;
export const STORE_PREFIX_EXPECTED = 'at most 64 letters, digits, "-" and "_"';
