import { client, contracts } from './import-names.mjs';

/** What every folder of the dashboard may import. */
const page = [
  ...['@tanstack/react-query', '@tanstack/react-router', 'react', 'ts-pattern', contracts, client],
  ...['dashboard/src/text', 'dashboard/src/session'],
];
/** A page of the dashboard, which knows no other page. */
const dashboardPage = [
  ...page,
  ...['address', 'charts', 'forms', 'history', 'layout', 'tables'].map((folder) => `dashboard/src/${folder}`),
];

/** The rows of the dashboard in the table of import-directions.mjs. */
export const dashboardMayImport = {
  // Hostile text, sizes and times: nothing of queues.
  'dashboard/src/text': ['react'],
  // What is written in the addresses of pages.
  'dashboard/src/address': [],
  'dashboard/src/session': ['@tanstack/react-query', 'react', contracts, client],
  'dashboard/src/layout': [...page, 'cmdk', 'dashboard/src/address'],
  'dashboard/src/charts': ['react', 'uplot', 'dashboard/src/layout/theme.ts', 'dashboard/src/text'],
  // The charts of the last hour.
  'dashboard/src/history': [...page, 'dashboard/src/charts', 'dashboard/src/layout'],
  'dashboard/src/tables': ['@tanstack/react-table', 'react'],
  'dashboard/src/forms': [
    ...[
      '@cfworker/json-schema',
      '@rjsf/core',
      '@rjsf/utils',
      '@tanstack/react-router',
      'react',
      contracts,
      'dashboard/src/text',
    ],
  ],
  'dashboard/src/overview': dashboardPage,
  'dashboard/src/queue': dashboardPage,
  'dashboard/src/group': dashboardPage,
  'dashboard/src/calls': dashboardPage,
  'dashboard/src/dead-letters': [...dashboardPage, `${contracts}/wire`],
  'dashboard/src/scheduled': dashboardPage,
  'dashboard/src/schedules': dashboardPage,
  'dashboard/src/contracts': dashboardPage,
  'dashboard/src': ['@tanstack/react-router', 'react', 'react-dom/client', 'zod', client],
};
