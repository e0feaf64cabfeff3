import { ApiError, type Issue } from '@typed-queue/contracts';
import type { Request } from 'express';

export const queryInvalid = (issues: readonly Issue[]): ApiError => {
  const lines = issues.map(({ path, message }) => `${path}: ${message}`);
  return new ApiError('query_invalid', lines.join('; '), { details: { issues } });
};

const decodes = (text: string): boolean => {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
};

const duplicates = (names: readonly string[]): readonly Issue[] =>
  [...new Set(names.filter((name, index) => names.indexOf(name) !== index))].map((path) => ({
    path,
    message: 'it is given more than once',
  }));

/**
 * The parameters of a URL by name, all of them known and each there once.
 * @throws ApiError `query_invalid`
 */
export const parametersOf = (request: Request, known: readonly string[]): ReadonlyMap<string, string> => {
  const [, search = ''] = /\?(.*)$/s.exec(request.originalUrl) ?? [];
  if (!decodes(search)) throw new ApiError('query_invalid', 'The query is not percent-encoded UTF-8.');
  const parameters = new URLSearchParams(search);
  const names = [...parameters.keys()];
  const unknown = names.filter((name) => !known.includes(name));
  const issues = [
    ...unknown.map((path) => ({ path, message: `unknown; there are: ${known.join(', ') || 'none'}` })),
    ...duplicates(names),
    ...[...parameters]
      .filter(([, value]) => value.includes('\0'))
      .map(([path]) => ({ path, message: 'it holds U+0000' })),
  ];
  if (issues.length > 0) throw queryInvalid(issues);
  return new Map(parameters);
};
