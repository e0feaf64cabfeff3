import { expect, it } from '@jest/globals';
import { traceIdOf } from './trace-id.js';

const id = '4bf92f3577b34da6a3ce929d0e0e4736';

it.each([
  [{ traceparent: `00-${id}-00f067aa0ba902b7-01` }, id],
  [{ traceparent: `00-${id}` }, undefined],
  [{ traceparent: '<b>' }, undefined],
  [{}, undefined],
])('the trace of %j', (headers, traceId) => {
  expect(traceIdOf(headers)).toBe(traceId);
});
