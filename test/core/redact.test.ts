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

  it('cuts what is too long', () => {
    expect(redact('x'.repeat(5000)).length).toBe(2000)
  })
})
