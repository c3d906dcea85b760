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

  it('cuts what is too long', () => {
    expect(redact('x'.repeat(5000)).length).toBe(2000)
  })
})
