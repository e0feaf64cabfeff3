import { errorTable, ApiError, type ApiErrorCode, type Issue, type ErrorCode } from '@typed-queue/contracts';
import { httpStatusOf, REFUSAL_STATUSES } from '@typed-queue/program';

/** The codes that are the API's own: each must have a status. */
type ApiCode = Exclude<ApiErrorCode, ErrorCode>;

/** The HTTP status of each code. Any other is a failure of the server, answered as `internal`. */
const statuses = {
  ...REFUSAL_STATUSES,
  body_invalid: 400,
  query_invalid: 400,
  header_invalid: 400,
  document_unknown: 404,
  duplicate_key: 409,
  document_in_use: 409,
  revision_conflict: 412,
  message_too_large: 413,
  media_type_unsupported: 415,
  document_invalid: 422,
  reference_unknown: 422,
  idempotency_conflict: 422,
  too_many_documents: 422,
  precondition_required: 428,
  internal: 500,
  database_standalone: 500,
  database_unavailable: 503,
} as const satisfies Record<ApiCode, number> & Partial<Record<ApiErrorCode, number>>;

/** All codes that a problem may have. */
export const problemCodes: readonly string[] = Object.keys(statuses);

/** When a request that may succeed later is best sent again, in seconds. */
export const RETRY_AFTER_S = 5;

/** What a request that failed is answered with: RFC 9457, `application/problem+json`. */
export interface Problem {
  /** Names the kind of problem; it is no address. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** The path of the request. */
  readonly instance: string;
  readonly code: ApiErrorCode;
  /** Each thing that is wrong, where there are several. */
  readonly issues?: readonly Issue[];
  /** Names the request in the server's log. */
  readonly requestId: string;
}

/** The HTTP status of an error; 500 when it is not one that a caller may cause. */
export const statusOf = (error: unknown): number => httpStatusOf(error, statuses);

/** Answered in place of an error whose text is not meant for clients. */
const INTERNAL = new ApiError(
  'internal',
  'The server failed. Its log says more under the id of the request.',
);

export const problemOf = (
  error: unknown,
  request: { readonly path: string; readonly requestId: string },
): Problem => {
  const status = statusOf(error);
  const { code, message, details } = status < 500 && error instanceof ApiError ? error : serverError(error);
  const { issues } = details;
  return {
    type: `urn:typed-queue:${code}`,
    title: errorTable[code].meaning,
    status,
    detail: excerpt(message),
    instance: request.path,
    code,
    // Safe: `issues` in the details of an error are always these.
    ...(Array.isArray(issues) ? { issues: firstIssues(issues as readonly Issue[]) } : {}),
    requestId: request.requestId,
  };
};

/** Of failures of the server, clients learn only that one is temporary. */
const serverError = (error: unknown): ApiError =>
  error instanceof ApiError && statusOf(error) === 503 ? error : INTERNAL;

const MAX_ISSUES = 20;
const MAX_CHARACTERS = 300;

/** Texts may quote a request: an answer must not become as large as that. */
const excerpt = (text: string): string =>
  text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS)}…` : text;

const firstIssues = (issues: readonly Issue[]): readonly Issue[] =>
  issues
    .slice(0, MAX_ISSUES)
    .map(({ path, message }) => ({ path: excerpt(path), message: excerpt(message) }));
