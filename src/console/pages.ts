/** Which pages and actions does the console have? Entries of the navigation stand in this order. */
import { aboutKeysPage } from './keys-page.ts'
import type { Action, Page } from './page.ts'
import { themeAction } from './theme.ts'

export const pages: readonly (Page | Action)[] = [aboutKeysPage, themeAction]
