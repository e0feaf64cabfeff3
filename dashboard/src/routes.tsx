import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
  type SearchSchemaInput,
} from '@tanstack/react-router';
import { groupOfSegment, segmentOfGroup } from './address/group-segment.js';
import type { SearchReader } from './address/search-fields.js';
import { parseSearch, stringifySearch } from './address/search-text.js';
import { CallsPage } from './calls/calls-page.js';
import { ContractPage } from './contracts/contract-page.js';
import { ContractsPage } from './contracts/contracts-page.js';
import { contractsSearch } from './contracts/contracts-search.js';
import { letterSearch } from './dead-letters/letter-search.js';
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
import { ScheduledPage } from './scheduled/scheduled-page.js';
import { scheduledSearch } from './scheduled/scheduled-search.js';
import { schedulesSearch } from './schedules/schedules-search.js';
import { NEEDED, type NeededRights } from './session/rights.js';

/** Loaded by those who open it: forms are as large as the rest of the page. */
const publishPage = lazyRouteComponent(() => import('./queue/publish-page.js'), 'PublishPage');
const deadLettersPage = lazyRouteComponent(
  () => import('./dead-letters/dead-letters-page.js'),
  'DeadLettersPage',
);
const schedulesPage = lazyRouteComponent(() => import('./schedules/schedules-page.js'), 'SchedulesPage');

interface Traits {
  /** Default: any right to the queue will do. */
  readonly needs?: NeededRights;
  readonly read?: SearchReader;
}

const named = (title: TitleOf, { needs = NEEDED.any, read }: Traits = {}) => ({
  staticData: { title, needs, read },
});

/** For the router, which writes addresses from it: what the page's reader cannot read stays, and is named there. */
const writtenFor =
  <Search extends object>(_read: SearchReader<Search>) =>
  (written: Search & SearchSchemaInput): Readonly<Record<string, unknown>> => ({ ...written });

/** Of a layout when no page is in it. */
const noPage = named(() => 'No such page');

const root = createRootRoute({ component: Shell, ...noPage });
const overview = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: OverviewPage,
  validateSearch: writtenFor(overviewSearch),
  ...named(() => 'Overview', { read: overviewSearch }),
});
/** The overview lists them. */
const queues = createRoute({
  getParentRoute: () => root,
  path: '/queues',
  beforeLoad: () => redirect({ to: '/', replace: true, throw: true }),
  ...named(() => 'Overview'),
});
const contracts = createRoute({
  getParentRoute: () => root,
  path: '/contracts',
  component: ContractsPage,
  validateSearch: writtenFor(contractsSearch),
  ...named(() => 'Contracts', { read: contractsSearch }),
});
const schedules = createRoute({
  getParentRoute: () => root,
  path: '/schedules',
  component: schedulesPage,
  validateSearch: writtenFor(schedulesSearch),
  ...named(() => 'Schedules', { read: schedulesSearch }),
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
  validateSearch: writtenFor(liveSearch),
  ...named(({ queue = '' }) => queue, { needs: NEEDED.read, read: liveSearch }),
});
const publish = createRoute({
  getParentRoute: () => queue,
  path: '/publish',
  component: publishPage,
  validateSearch: writtenFor(publishSearch),
  ...named(({ queue }) => `Publish · ${queue}`, { needs: NEEDED.publish, read: publishSearch }),
});
const groups = createRoute({
  getParentRoute: () => queue,
  path: '/groups',
  component: GroupsPage,
  ...named(({ queue }) => `Groups · ${queue}`, { needs: NEEDED.seeGroups }),
});
const calls = createRoute({
  getParentRoute: () => queue,
  path: '/calls',
  component: CallsPage,
  ...named(({ queue }) => `Calls · ${queue}`, { needs: NEEDED.administer }),
});
const scheduled = createRoute({
  getParentRoute: () => queue,
  path: '/scheduled',
  component: ScheduledPage,
  validateSearch: writtenFor(scheduledSearch),
  ...named(({ queue }) => `Scheduled · ${queue}`, { needs: NEEDED.administer, read: scheduledSearch }),
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
  validateSearch: writtenFor(letterSearch),
  ...named(({ queue }) => `Dead letters · ${queue}`, { needs: NEEDED.administer }),
});
const group = createRoute({
  getParentRoute: () => queue,
  path: '/groups/$group',
  component: GroupPage,
  params: {
    parse: ({ group: segment }) => ({ group: groupOfSegment(segment) }),
    stringify: ({ group: name }) => ({ group: segmentOfGroup(name) }),
  },
  ...named(({ queue, group }) => `${group} · ${queue}`, { needs: NEEDED.seeGroups }),
});
const message = createRoute({
  getParentRoute: () => queue,
  path: '/messages/$seq',
  component: MessagePage,
  validateSearch: writtenFor(messageSearch),
  ...named(({ queue, seq }) => `#${seq} · ${queue}`, { needs: NEEDED.read, read: messageSearch }),
});

export const router = createRouter({
  routeTree: root.addChildren([
    overview,
    contracts,
    schedules,
    queues,
    queue.addChildren([live, publish, groups, group, calls, scheduled, deadLetters, contract, message]),
  ]),
  parseSearch,
  stringifySearch,
  // As the server, which answers 404 at other addresses.
  caseSensitive: true,
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
    /** Of the queue whose page it is. */
    readonly needs: NeededRights;
    /** Of its search. Left out: it has none, or names itself what is wrong in it. */
    readonly read: SearchReader | undefined;
  }
}
