/** Which pages and actions does the console have? Entries of the navigation stand in this order. */
import { auditPage } from './audit-page.ts'
import { aboutKeysPage } from './keys-page.ts'
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
  aboutKeysPage,
  auditPage,
  signInPage,
  signInAction,
  signOutAction,
  linkDetour,
  linkAction,
  oidcDetour,
  oidcCallbackDetour,
  themeAction,
]
