export type { OpenTelemetryApi } from './open-telemetry-api.js';
export { openTelemetryTracing } from './open-telemetry-tracing.js';
