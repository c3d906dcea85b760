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

  it.each(['a-', 'a.', 'a://', '://x', 'Bearer ', 'token', ' '])(
    'is through with megabytes of "%s" at once',
    (part) => {
      expect(redact(part.repeat(5_000_000)).length).toBeLessThanOrEqual(2000)
    },
  )

  it('shows no half of a secret that begins where a long text is cut', () => {
    const query = `https://h/?${'x'.repeat(9990)}`
    for (let length = 0; length < 400; length += 1) {
      const text = `${query} ${'.'.repeat(length)} mysql://root:hunter2@db/x`
      expect(redact(text)).not.toContain('hunter2')
    }
  })

  it('leaves nothing that a terminal would obey, or that turns the order of the text around', () => {
    const text = redact('\u001b]0;title\u0007\u001b[2J\u009b31m a\r\nb \u202egnp.exe\u2069 \u0000')
    expect(text).toBe(']0;title[2J31m a\nb gnp.exe ')
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
