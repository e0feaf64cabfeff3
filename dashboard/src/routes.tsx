import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { ContractPage } from './contracts/contract-page.js';
import { ContractsPage } from './contracts/contracts-page.js';
import { contractsSearch } from './contracts/contracts-search.js';
import { letterSearch } from './dead-letters/letter-search.js';
import { GroupPage } from './group/group-page.js';
import { ErrorPage, NotFoundPage } from './layout/error-page.js';
import { Shell } from './layout/shell.js';
import { OverviewPage } from './overview/overview-page.js';
import { overviewSearch } from './overview/overview-search.js';
import { GroupsPage } from './group/groups-page.js';
import { LivePage } from './queue/live-page.js';
import { liveSearch } from './queue/live-search.js';
import { MessagePage } from './queue/message-page.js';
import { messageSearch } from './queue/message-search.js';
import { publishSearch } from './queue/publish-search.js';
import { QueueLayout } from './queue/queue-layout.js';

/** Loaded by those who open it: forms are as large as the rest of the page. */
const publishPage = lazyRouteComponent(() => import('./queue/publish-page.js'), 'PublishPage');
const deadLettersPage = lazyRouteComponent(
  () => import('./dead-letters/dead-letters-page.js'),
  'DeadLettersPage',
);

const root = createRootRoute({ component: Shell });
const overview = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: OverviewPage,
  validateSearch: overviewSearch,
});
const contracts = createRoute({
  getParentRoute: () => root,
  path: '/contracts',
  component: ContractsPage,
  validateSearch: contractsSearch,
});
const queue = createRoute({ getParentRoute: () => root, path: '/queues/$queue', component: QueueLayout });
const live = createRoute({
  getParentRoute: () => queue,
  path: '/',
  component: LivePage,
  validateSearch: liveSearch,
});
const publish = createRoute({
  getParentRoute: () => queue,
  path: '/publish',
  component: publishPage,
  validateSearch: publishSearch,
});
const groups = createRoute({ getParentRoute: () => queue, path: '/groups', component: GroupsPage });
const contract = createRoute({ getParentRoute: () => queue, path: '/contract', component: ContractPage });
const deadLetters = createRoute({
  getParentRoute: () => queue,
  path: '/dead-letters',
  component: deadLettersPage,
  validateSearch: letterSearch,
});
const group = createRoute({ getParentRoute: () => queue, path: '/groups/$group', component: GroupPage });
const message = createRoute({
  getParentRoute: () => queue,
  path: '/messages/$seq',
  component: MessagePage,
  validateSearch: messageSearch,
});

export const router = createRouter({
  routeTree: root.addChildren([
    overview,
    contracts,
    queue.addChildren([live, publish, groups, group, deadLetters, contract, message]),
  ]),
  defaultErrorComponent: ErrorPage,
  defaultNotFoundComponent: NotFoundPage,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
