/** `TEST_FRONT=direct` or `tunnel`: the servers of tests are a front and a unit of each queue, in this process or as if in another. */
const front =
  process.env.TEST_FRONT === undefined
    ? {}
    : { '^(\\.{1,2}/)+testing\\.js$': '<rootDir>/queue-server/src/cluster/front/testing.fixture.ts' };

/** Tests run from the sources, transpiled only: their types are checked by `tsc -b` before. */
export default {
  testEnvironment: '<rootDir>/checks/jest.environment.mjs',
  // Packages resolve to their sources; `import` and `require` are added by Jest where they hold.
  testEnvironmentOptions: { customExportConditions: ['@typed-queue/source', 'node'] },
  testMatch: ['<rootDir>/{*,examples/*}/src/**/*.test.ts', '<rootDir>/{checks,scripts}/*.test.mjs'],
  // Makes the build before from the history: `npm run compatibility -w queue-client`.
  testPathIgnorePatterns: ['/node_modules/', '\\.compatibility\\.test\\.ts$'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': ['ts-jest', { useESM: true, tsconfig: 'tsconfig.base.json', diagnostics: false }],
  },
  setupFilesAfterEnv: ['<rootDir>/checks/jest.seed.mjs'],
  moduleNameMapper: { ...front, '^(\\.{1,2}/.*)\\.js$': '$1' },
  modulePathIgnorePatterns: ['/dist/'],
  // Ends what is stuck; no test depends on how fast the machine is.
  testTimeout: 300_000,
  maxWorkers: 2,
  // A worker keeps what its test files leave in memory; collecting it took a third of the time.
  workerIdleMemoryLimit: '700MB',
  // To free that memory takes a worker more than the usual 500 ms on a busy machine, and would be reported as a leak.
  workerGracefulExitTimeout: 10_000,
  globalTeardown: '<rootDir>/checks/jest.teardown.mjs',
};
