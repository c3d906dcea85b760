/** What did a history show that must never be? Named by the law that it breaks. */
export class Violation extends Error {
  readonly law: string

  constructor(law: string, found: string) {
    super(`${law}: ${found}`)
    this.name = 'Violation'
    this.law = law
  }
}
