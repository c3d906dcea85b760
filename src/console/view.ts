/** What does every part of a page know? Who looks, when, and where; handed down by the layout, so that no page passes it on. */
import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Caller } from '../core/roles.ts'

export interface View {
  /** Null: nobody is signed in. */
  readonly caller: Caller | null
  /** Milliseconds since 1970: what "3 minutes ago" counts from. */
  readonly now: number
  /** What a form sends along so that the service knows it as its own. */
  readonly csrf: string | null
  /** The address of the page, with its query: where a form comes back to. */
  readonly at: string
}

export const ViewContext = createContext<View>({ caller: null, now: 0, csrf: null, at: '/' })

export function useView(): View {
  return useContext(ViewContext)
}
