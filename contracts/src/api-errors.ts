/** What the error codes of the REST API mean, beside those of the queue: see `errorTable`. */
export const apiErrors = {
  route_unknown: { retryable: false, meaning: 'the API has no such path' },
  method_unsupported: { retryable: false, meaning: 'the path exists, but not with this method' },
  body_invalid: { retryable: false, meaning: 'the body is not JSON that the API can keep' },
  media_type_unsupported: { retryable: false, meaning: 'the body is of a type that the API does not read' },
  body_too_large: { retryable: false, meaning: 'the body is over its limit' },
  query_invalid: { retryable: false, meaning: 'a parameter of the URL is unknown or has a wrong value' },
  header_invalid: { retryable: false, meaning: 'a header of the request has a wrong value' },
  document_invalid: { retryable: false, meaning: 'a field of the document is missing, unknown or wrong' },
  document_unknown: { retryable: false, meaning: 'there is no document of this id' },
  reference_unknown: { retryable: false, meaning: 'the document refers to another that does not exist' },
  document_in_use: { retryable: false, meaning: 'other documents refer to this one' },
  duplicate_key: {
    retryable: false,
    meaning: 'another document has the same value in a field that is unique',
  },
  too_many_documents: {
    retryable: false,
    meaning: 'more documents than one request may create, change or delete',
  },
  precondition_required: {
    retryable: false,
    meaning: 'a change has to say which revision of the document it means: If-Match',
  },
  revision_conflict: { retryable: false, meaning: 'the document has another revision than the change means' },
  idempotency_conflict: {
    retryable: false,
    meaning: 'the Idempotency-Key was used for another request',
  },
  expectation_failed: {
    retryable: false,
    meaning: 'the header Expect asks for something that the API does not do',
  },
  headers_too_large: { retryable: false, meaning: 'the headers of the request are over their limit' },
  request_timeout: { retryable: true, meaning: 'the request did not arrive in time' },
  database_unavailable: { retryable: true, meaning: 'the API cannot reach its database' },

  database_standalone: {
    retryable: false,
    meaning: 'the MongoDB server is no replica set: it has no transactions',
  },
} as const satisfies Record<string, { retryable: boolean; meaning: string }>;
