/** The error codes of the REST API that are retryable, apart from the others: pages of queues do not load those. */
export const retryableApiCodes = { request_timeout: true, database_unavailable: true } as const;
