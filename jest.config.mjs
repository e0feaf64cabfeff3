/** Tests run from the sources, transpiled only: their types are checked by `tsc -b` before. */
export default {
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['@typed-queue/source', 'node', 'import', 'default'] },
  testMatch: ['<rootDir>/*/src/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['ts-jest', { useESM: true, tsconfig: 'tsconfig.base.json', diagnostics: false }] },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
};
