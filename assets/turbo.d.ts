/** What of Turbo do our scripts use? It comes without types of its own. */
export const config: { readonly drive: { progressBarDelay: number } }
export function visit(address: string): void
export function morphElements(
  from: Element,
  to: Element,
  options?: { morphStyle?: 'outerHTML' | 'innerHTML'; ignoreActiveValue?: boolean },
): void
