import { retryableApiCodes } from './retryable-api-codes.js';

/** The error codes of the REST API, and whether the same request may succeed when it is sent again. */
export const apiCodes = {
  route_unknown: false,
  method_unsupported: false,
  body_invalid: false,
  media_type_unsupported: false,
  body_too_large: false,
  query_invalid: false,
  header_invalid: false,
  document_invalid: false,
  document_unknown: false,
  reference_unknown: false,
  document_in_use: false,
  duplicate_key: false,
  too_many_documents: false,
  precondition_required: false,
  revision_conflict: false,
  idempotency_conflict: false,
  expectation_failed: false,
  headers_too_large: false,
  database_standalone: false,
  ...retryableApiCodes,
} as const satisfies Record<string, boolean>;
