import { MAX_PAYLOAD_DEPTH, ApiError, type Issue } from '@typed-queue/contracts';
import { raw, type Request, type RequestHandler } from 'express';
import type { Fields } from '../models/model.js';

export const MAX_BODY_BYTES = 1024 * 1024;

export const JSON_TYPE = 'application/json';
export const PATCH_TYPE = 'application/merge-patch+json';

const checkType = (request: Request, types: readonly string[]): void => {
  const [type = '', ...parameters] = (request.get('content-type') ?? '').toLowerCase().split(/\s*;\s*/);
  const charset = parameters.find((parameter) => parameter.startsWith('charset='));
  const isUtf8 = charset === undefined || /^charset="?utf-?8"?$/.test(charset);
  if (types.includes(type.trim()) && isUtf8) return;
  const detail = `Content-Type: expected ${types.join(' or ')}, in UTF-8.`;
  throw new ApiError('media_type_unsupported', detail);
};

const utf8 = new TextDecoder('utf-8', { fatal: true });

const parse = (bytes: Uint8Array): unknown => {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    throw new ApiError('body_invalid', 'The body is not UTF-8.');
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ApiError('body_invalid', `The body is not JSON. ${reason(error)}`);
  }
};

/** What V8 says of a text is a line that quotes a few characters of it. */
const reason = (error: unknown): string => (error instanceof Error ? error.message : '');

const parsed: RequestHandler = (request, _response, next) => {
  const bytes: unknown = request.body;
  if (!(bytes instanceof Uint8Array)) throw new ApiError('body_invalid', 'The request has no body.');
  const value = parse(bytes);
  const issue = findJsonIssue(value);
  if (issue !== undefined) {
    const where = issue.path === '' ? '' : `${issue.path}: `;
    throw new ApiError('body_invalid', `The body cannot be kept. ${where}${issue.message}`);
  }
  request.body = value;
  next();
};

/**
 * Reads a body of JSON. Fails with `media_type_unsupported`, `body_too_large` (over 1 MiB; compressed bodies are not
 * read), `body_invalid`.
 */
export const jsonBody = (...types: readonly string[]): RequestHandler[] => [
  (request, _response, next) => {
    checkType(request, types);
    next();
  },
  raw({ type: () => true, limit: MAX_BODY_BYTES, inflate: false }),
  parsed,
];

/**
 * A JSON merge patch, its fields unchecked.
 * @throws ApiError `document_invalid` when it is no object
 */
export const checkedPatch = (body: unknown): Fields => {
  if (typeof body === 'object' && body !== null && !Array.isArray(body))
    return Object.fromEntries(Object.entries(body));
  throw new ApiError('document_invalid', 'A patch is an object: the fields to change.');
};

/** The payload of an event holds the document one level deeper. */
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
const findJsonIssue = (value: unknown, path = '', depth = 1): Issue | undefined => {
  if (typeof value === 'string') return BROKEN_TEXT.test(value) ? { path, message: BROKEN } : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth > MAX_DEPTH) {
    return { path: '', message: `objects and arrays are nested more than ${MAX_DEPTH} levels deep` };
  }
  for (const [key, item] of Object.entries(value)) {
    const message = keyIssue(key);
    if (message !== undefined) return { path, message };
    const issue = findJsonIssue(item, join(path, key), depth + 1);
    if (issue !== undefined) return issue;
  }
  return undefined;
};
