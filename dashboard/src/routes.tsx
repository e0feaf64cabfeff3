import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { ContractsPage } from './contracts/contracts-page.js';
import { DeadLettersPage } from './dead-letters/dead-letters-page.js';
import { GroupPage } from './group/group-page.js';
import { ErrorPage, NotFoundPage } from './layout/error-page.js';
import { Shell } from './layout/shell.js';
import { OverviewPage } from './overview/overview-page.js';
import { overviewSearch } from './overview/overview-search.js';
import { ContractPage } from './queue/contract-page.js';
import { GroupsPage } from './group/groups-page.js';
import { LivePage } from './queue/live-page.js';
import { MessagePage } from './queue/message-page.js';
import { QueueLayout } from './queue/queue-layout.js';

/** Loaded by those who open it: forms are as large as the rest of the page. */
const publishPage = lazyRouteComponent(() => import('./queue/publish-page.js'), 'PublishPage');

const root = createRootRoute({ component: Shell });
const overview = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: OverviewPage,
  validateSearch: overviewSearch,
});
const contracts = createRoute({ getParentRoute: () => root, path: '/contracts', component: ContractsPage });
const queue = createRoute({ getParentRoute: () => root, path: '/queues/$queue', component: QueueLayout });
const live = createRoute({ getParentRoute: () => queue, path: '/', component: LivePage });
const publish = createRoute({ getParentRoute: () => queue, path: '/publish', component: publishPage });
const groups = createRoute({ getParentRoute: () => queue, path: '/groups', component: GroupsPage });
const contract = createRoute({ getParentRoute: () => queue, path: '/contract', component: ContractPage });
const deadLetters = createRoute({
  getParentRoute: () => queue,
  path: '/dead-letters',
  component: DeadLettersPage,
});
const group = createRoute({ getParentRoute: () => queue, path: '/groups/$group', component: GroupPage });
const message = createRoute({
  getParentRoute: () => queue,
  path: '/messages/$seq',
  component: MessagePage,
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
