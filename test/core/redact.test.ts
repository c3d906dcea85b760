import { describe, expect, it } from 'vitest'
import { redact } from '../../src/core/redact.ts'

describe('redacting', () => {
  it.each([
    [
      'GET https://bucket.s3.amazonaws.com/a.csv?X-Amz-Signature=deadbeef failed',
      'GET https://bucket.s3.amazonaws.com/a.csv?… failed',
    ],
    ['mysql://root:hunter2@db:3306/x', 'mysql://…@db:3306/x'],
    ['Authorization: Bearer abc.def-123', 'Authorization: …'],
    ['sent with Bearer abc.def-123', 'sent with Bearer …'],
    ['{"access_token":"secret1","x":1}', '{"access_token":"…","x":1}'],
    ['nothing to hide here', 'nothing to hide here'],
  ])('%s', (text, expected) => {
    const clean = redact(text)
    for (const secret of ['deadbeef', 'hunter2', 'abc.def-123', 'secret1']) expect(clean).not.toContain(secret)
    if (expected.startsWith('Authorization')) expect(clean).toMatch(/^Authorization/)
    else expect(clean).toBe(expected)
  })

  it('keeps head and tail of what is too long, and says how much is left out', () => {
    const cut = redact(`PUT failed: ${'x'.repeat(5000)} caused by: disk full`)
    expect(cut.length).toBeLessThanOrEqual(2000)
    expect(cut).toMatch(/^PUT failed: x+ … \d+ characters … x+ caused by: disk full$/)
    const left = Number(/(\d+) characters/.exec(cut)?.[1])
    expect(cut.replace(/ … \d+ characters … /, '').length + left).toBe(5033)
  })

  it('cuts no character in two, and shows no secret where it cuts', () => {
    expect(redact('🌻'.repeat(3000)).isWellFormed()).toBe(true)
    const secret = 'Bearer abcdefghijklmnop'
    for (let at = 1200; at < 1400; at += 7) {
      expect(redact(`${'x'.repeat(at)} ${secret} ${'y'.repeat(3000)}`)).not.toMatch(/abcdef|mnop/)
    }
  })
})
