import { MAX_PAYLOAD_DEPTH, type Issue } from '@typed-queue/contracts';

/** A document stands one level deeper in the payload of its event. */
const MAX_DEPTH = MAX_PAYLOAD_DEPTH - 1;

/** Half of a character is stored as another text than was sent; databases and terminals cut texts at U+0000. */
const BROKEN_TEXT = /\p{Surrogate}|\0/u;
const BROKEN = 'the text holds U+0000 or half of a character';

const keyIssue = (key: string): string | undefined => {
  if (key === '__proto__') return 'a field cannot have this name';
  return BROKEN_TEXT.test(key) ? BROKEN : undefined;
};

const join = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`);

/** The first thing for which a parsed JSON text cannot be kept and published as it is; undefined: it can. */
export const findJsonIssue = (value: unknown, path = '', depth = 1): Issue | undefined => {
  if (typeof value === 'string') return BROKEN_TEXT.test(value) ? { path, message: BROKEN } : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth > MAX_DEPTH) {
    return { path: '', message: `objects and arrays stand within each other more than ${MAX_DEPTH} deep` };
  }
  for (const [key, item] of Object.entries(value)) {
    const message = keyIssue(key);
    if (message !== undefined) return { path, message };
    const issue = findJsonIssue(item, join(path, key), depth + 1);
    if (issue !== undefined) return issue;
  }
  return undefined;
};
