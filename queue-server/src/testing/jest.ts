/** The matchers with their types for Jest: `expect.extend(matchers)`. Nothing of Jest is loaded. */
import type {} from 'expect';
import type { QueueMatchers } from './matchers.js';

export { matchers } from './matchers.js';

/* eslint-disable @typescript-eslint/no-empty-object-type, @typescript-eslint/no-namespace -- the form of an augmentation */
// For `expect` of `@jest/globals`.
declare module 'expect' {
  interface Matchers<R extends void | Promise<void>, T = unknown> extends QueueMatchers<R, T> {}
}

// For the global `expect` of `@types/jest`.
declare global {
  namespace jest {
    interface Matchers<R, T = {}> extends QueueMatchers<R, T> {}
  }
}
