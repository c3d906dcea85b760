/** Who does what an operator does, in tests. */
export const operator = { name: 'operator', reason: null }
