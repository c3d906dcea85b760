/** In which memory do bytes pass? In slots that both the hashing thread and the socket see, used again and again. */

/** Large enough that handing one over costs little beside filling it: with 256 KiB a file took a tenth longer, over TLS a third. */
export const slotBytes = 1024 * 1024

/** One being read, one held back, one being sent; the fourth is hashed meanwhile. */
const slotsPerFile = 4
/** Free slots that are kept. */
const mostFree = 32

/** The slots of one file, in turn. */
export interface SlotRing {
  /** The slot after the last one; must not be used before everybody is done with what it held `length` turns ago. */
  next(): Slot
  /** Gives the memory to others. Only for a file that is through: a read or write that was given up may still use it. */
  recycle(): void
}

export interface Slot {
  readonly bytes: Uint8Array
  /** Settles when what it held has been hashed. */
  hashed: Promise<void>
}

export interface SlotPool {
  ring(): SlotRing
}

export function createSlotPool(): SlotPool {
  const free: Uint8Array[] = []
  const take = () => free.pop() ?? new Uint8Array(new SharedArrayBuffer(slotBytes))
  return {
    ring() {
      const slots: Slot[] = []
      let turn = -1
      return {
        next() {
          turn = (turn + 1) % slotsPerFile
          const slot = slots[turn] ?? { bytes: take(), hashed: Promise.resolve() }
          slots[turn] = slot
          return slot
        },
        recycle() {
          for (const { bytes } of slots.splice(0)) if (free.length < mostFree) free.push(bytes)
        },
      }
    },
  }
}
