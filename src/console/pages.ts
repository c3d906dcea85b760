/** Which pages and actions does the console have? Entries of the navigation stand in this order. */
import { auditPage } from './audit-page.ts'
import { actAction } from './copies/act-action.ts'
import { copiesPage } from './copies/copies-page.ts'
import { donePage } from './copies/done-page.ts'
import { planPage } from './copies/plan-page.ts'
import { copyAction } from './copy/copy-action.ts'
import { copyPage } from './copy/copy-page.ts'
import { datasetPage } from './dataset-page.ts'
import { jobAction, repairAction, startJobAction } from './jobs/job-actions.ts'
import { jobPage } from './jobs/job-page.ts'
import { jobsPage } from './jobs/jobs-page.ts'
import { aboutKeysPage } from './keys-page.ts'
import { sendDeadAction, sendMessageAction } from './message-actions.ts'
import { messagesPage } from './messages-page.ts'
import { errorsPage } from './overview/errors-page.ts'
import { overviewPage } from './overview/overview-page.ts'
import { pauseAction, unpauseAction, workerPage } from './overview/worker-page.ts'
import type { Action, Detour, Page } from './page.ts'
import {
  linkAction,
  linkDetour,
  oidcCallbackDetour,
  oidcDetour,
  signInAction,
  signInPage,
  signOutAction,
} from './sign-in-page.ts'
import { themeAction } from './theme.ts'

export const pages: readonly (Page | Action | Detour)[] = [
  overviewPage,
  copiesPage,
  planPage,
  actAction,
  donePage,
  copyPage,
  copyAction,
  datasetPage,
  errorsPage,
  workerPage,
  pauseAction,
  unpauseAction,
  jobsPage,
  jobPage,
  startJobAction,
  jobAction,
  repairAction,
  messagesPage,
  sendMessageAction,
  sendDeadAction,
  auditPage,
  aboutKeysPage,
  signInPage,
  signInAction,
  signOutAction,
  linkDetour,
  linkAction,
  oidcDetour,
  oidcCallbackDetour,
  themeAction,
]
