/** The matchers with their types for Vitest: `expect.extend(matchers)`. Nothing of Vitest is loaded. */
import type { QueueMatchers } from './matchers.js';

export { matchers } from './matchers.js';

/* eslint-disable @typescript-eslint/ban-ts-comment, @typescript-eslint/no-empty-object-type, @typescript-eslint/no-explicit-any -- the form of an augmentation */
// @ts-ignore -- Vitest is where this file is imported, and not here.
declare module 'vitest' {
  interface Assertion<T = any> extends QueueMatchers<void, T> {}
}
