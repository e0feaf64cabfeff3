/** `THOROUGH=1`, as `.ci/run` sets it: tests that else try some of their cases try all of them. */
export const isThorough = process.env.THOROUGH === '1';
