import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { groupOfSegment, segmentOfGroup } from './address/group-segment.js';
import { parseSearch, stringifySearch } from './address/search-text.js';
import { ContractPage } from './contracts/contract-page.js';
import { ContractsPage } from './contracts/contracts-page.js';
import { contractsSearch } from './contracts/contracts-search.js';
import { writtenSearch } from './dead-letters/letter-search.js';
import { GroupPage } from './group/group-page.js';
import { ErrorPage, NotFoundPage } from './layout/error-page.js';
import type { TitleOf } from './layout/page-title.js';
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

const named = (title: TitleOf) => ({ staticData: { title } });

/** Of a layout when no page is in it. */
const noPage = named(() => 'No such page');

const root = createRootRoute({ component: Shell, ...noPage });
const overview = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: OverviewPage,
  validateSearch: overviewSearch,
  ...named(() => 'Overview'),
});
const contracts = createRoute({
  getParentRoute: () => root,
  path: '/contracts',
  component: ContractsPage,
  validateSearch: contractsSearch,
  ...named(() => 'Contracts'),
});
const queue = createRoute({
  getParentRoute: () => root,
  path: '/queues/$queue',
  component: QueueLayout,
  ...noPage,
});
const live = createRoute({
  getParentRoute: () => queue,
  path: '/',
  component: LivePage,
  validateSearch: liveSearch,
  ...named(({ queue = '' }) => queue),
});
const publish = createRoute({
  getParentRoute: () => queue,
  path: '/publish',
  component: publishPage,
  validateSearch: publishSearch,
  ...named(({ queue }) => `Publish · ${queue}`),
});
const groups = createRoute({
  getParentRoute: () => queue,
  path: '/groups',
  component: GroupsPage,
  ...named(({ queue }) => `Groups · ${queue}`),
});
const contract = createRoute({
  getParentRoute: () => queue,
  path: '/contract',
  component: ContractPage,
  ...named(({ queue }) => `Contract · ${queue}`),
});
const deadLetters = createRoute({
  getParentRoute: () => queue,
  path: '/dead-letters',
  component: deadLettersPage,
  validateSearch: writtenSearch,
  ...named(({ queue }) => `Dead letters · ${queue}`),
});
const group = createRoute({
  getParentRoute: () => queue,
  path: '/groups/$group',
  component: GroupPage,
  params: {
    parse: ({ group: segment }) => ({ group: groupOfSegment(segment) }),
    stringify: ({ group: name }) => ({ group: segmentOfGroup(name) }),
  },
  ...named(({ queue, group }) => `${group} · ${queue}`),
});
const message = createRoute({
  getParentRoute: () => queue,
  path: '/messages/$seq',
  component: MessagePage,
  validateSearch: messageSearch,
  ...named(({ queue, seq }) => `#${seq} · ${queue}`),
});

export const router = createRouter({
  routeTree: root.addChildren([
    overview,
    contracts,
    queue.addChildren([live, publish, groups, group, deadLetters, contract, message]),
  ]),
  parseSearch,
  stringifySearch,
  // Else each read of a search were another object.
  defaultStructuralSharing: true,
  defaultErrorComponent: ErrorPage,
  defaultNotFoundComponent: NotFoundPage,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
  interface StaticDataRouteOption {
    /** For the tab of the browser. */
    readonly title: TitleOf;
  }
}
