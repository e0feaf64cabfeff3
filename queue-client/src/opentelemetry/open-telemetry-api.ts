/** The used part of `@opentelemetry/api`. */
export type OpenTelemetryApi = Pick<typeof import('@opentelemetry/api'), 'context' | 'propagation' | 'trace'>;
