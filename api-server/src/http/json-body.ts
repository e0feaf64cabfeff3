import { QueueError } from '@typed-queue/contracts';
import { raw, type Request, type RequestHandler } from 'express';
import { findJsonIssue } from './plain-json.js';

export const MAX_BODY_BYTES = 1024 * 1024;

export const JSON_TYPE = 'application/json';
export const PATCH_TYPE = 'application/merge-patch+json';

const checkType = (request: Request, types: readonly string[]): void => {
  const [type = '', ...parameters] = (request.get('content-type') ?? '').toLowerCase().split(/\s*;\s*/);
  const charset = parameters.find((parameter) => parameter.startsWith('charset='));
  const isUtf8 = charset === undefined || /^charset="?utf-?8"?$/.test(charset);
  if (types.includes(type.trim()) && isUtf8) return;
  const detail = `Content-Type: expected ${types.join(' or ')}, in UTF-8.`;
  throw new QueueError('media_type_unsupported', detail);
};

const utf8 = new TextDecoder('utf-8', { fatal: true });

const parse = (bytes: Uint8Array): unknown => {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    throw new QueueError('body_invalid', 'The body is not UTF-8.');
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new QueueError('body_invalid', `The body is not JSON. ${reason(error)}`);
  }
};

/** What V8 says of a text is a line that quotes a few characters of it. */
const reason = (error: unknown): string => (error instanceof Error ? error.message : '');

const parsed: RequestHandler = (request, _response, next) => {
  const bytes: unknown = request.body;
  if (!(bytes instanceof Uint8Array)) throw new QueueError('body_invalid', 'The request has no body.');
  const value = parse(bytes);
  const issue = findJsonIssue(value);
  if (issue !== undefined) {
    const where = issue.path === '' ? '' : `${issue.path}: `;
    throw new QueueError('body_invalid', `The body cannot be kept. ${where}${issue.message}`);
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
