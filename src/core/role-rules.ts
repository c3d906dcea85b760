/** Which role does a person have of whom an identity provider or a proxy speaks? Rules in words, and nobody they do not name gets in. */
import { type PersonRole, peopleRoles } from './roles.ts'

/** What is known of a person. */
export interface Identity {
  /** Who they are to the provider, for good. */
  readonly subject: string
  /** Only one that the provider has verified. */
  readonly email: string | null
  readonly groups: readonly string[]
  /** As the person likes to be called. Anybody can call themselves anything. */
  readonly name: string | null
}

const kinds = ['subject', 'email', 'group', 'everybody'] as const
type Kind = (typeof kinds)[number]

export interface RoleRule {
  readonly role: PersonRole
  readonly kind: Kind
  /** Of `everybody` empty. */
  readonly value: string
}

export const roleRuleForm =
  'rules such as "curator: email jane@example.org", "admin: subject 0000-0002-1825-0097" or "viewer: group library"'

/** @returns null when it cannot be read */
export function parseRoleRule(text: string): RoleRule | null {
  const [, role, kind, value = ''] = /^\s*(\w+)\s*:\s*(\w+)(?:\s+(\S(?:.*\S)?))?\s*$/.exec(text) ?? []
  const found = { role: peopleRoles.find((one) => one === role), kind: kinds.find((one) => one === kind) }
  if (found.role === undefined || found.kind === undefined) return null
  return (found.kind === 'everybody') === (value === '') ? { role: found.role, kind: found.kind, value } : null
}

/** The highest that a rule gives; null: none does. */
export function roleOf(rules: readonly RoleRule[], person: Identity): PersonRole | null {
  const given = rules.filter((rule) => isMeant(rule, person)).map(({ role }) => peopleRoles.indexOf(role))
  return peopleRoles[Math.max(...given)] ?? null
}

function isMeant({ kind, value }: RoleRule, { subject, email, groups }: Identity): boolean {
  switch (kind) {
    case 'subject':
      return subject === value
    case 'email':
      return email !== null && email.toLowerCase() === value.toLowerCase()
    case 'group':
      return groups.includes(value)
    case 'everybody':
      return true
  }
}

/** Characters of a name, which is kept with four more before it, in 255. Providers may name people by as many (OpenID Connect, section 2). */
const longestName = 250

/** As stories and the audit log tell it: what cannot be chosen is in brackets, and cannot be feigned before them. */
export function nameOf({ subject, name }: Identity): string {
  const chosen = (name ?? '').replace(/[^\p{L}\p{M}\p{N} .,'’-]/gu, '').trim().slice(0, 80) // biome-ignore format: one thought
  const whole = chosen === '' ? subject : `${chosen} (${subject})`
  return whole.length <= longestName ? whole : subject.slice(0, longestName)
}
