/** How many copies may be claimed, and how many of them large? A slot is kept from the large ones, so that small ones never wait for a giant. */

export interface RoomSettings {
  readonly slots: number
  /** Bytes from which a copy is large. */
  readonly largeBytes: number
}

/** Null: none. With one slot that slot takes large copies too, as they would never run otherwise. */
export function roomFor(
  { slots, largeBytes }: RoomSettings,
  running: { readonly copies: number; readonly large: number },
): { readonly slots: number; readonly largeSlots: number; readonly largeBytes: number } | null {
  const free = slots - running.copies
  if (free <= 0) return null
  return { slots: free, largeSlots: Math.max(1, slots - 1) - running.large, largeBytes }
}
