/** `THOROUGH=1`, as `.ci/run` sets it: tests that else try some of their cases try all of them. */
export const isThorough = ['1', 'all'].includes(process.env.THOROUGH ?? '');

/** `THOROUGH=all`: also what takes several minutes. */
export const isExhaustive = process.env.THOROUGH === 'all';
