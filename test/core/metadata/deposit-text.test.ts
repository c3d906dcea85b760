import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { escapeHtml, meaningfulHtml, plainText } from '../../../src/core/metadata/deposit-text.ts'

describe('plain text', () => {
  test.each([
    ['Growth of <em>Poa annua</em>', 'Growth of Poa annua'],
    ['CO<sub>2</sub> &amp; H<SUB class="x">2</SUB>O', 'CO2 & H2O'],
    ['<p>One</p><p>two</p>', 'One two'],
    ['p < 0.05 and n > 3', 'p < 0.05 and n > 3'],
    ['if a<b and c>d', 'if a<b and c>d'],
    ['vector<T> in C++', 'vector<T> in C++'],
    ['<jats:italic>Homo</jats:italic> sapiens', 'Homo sapiens'],
    ['5 &#176;C, &#xB5;m, &beta;-carotene, caf&eacute;', '5 °C, µm, β-carotene, caf&eacute;'],
    ['&amp;lt; is one step', '&lt; is one step'],
    ['&#0; &#xD800; &#1114112;', '&#0; &#xD800; &#1114112;'],
    ['AT&T &constructor;', 'AT&T &constructor;'],
    [' a \n\t b ', 'a b'],
  ])('of %j is %j', (html, text) => {
    expect(plainText(html)).toBe(text)
  })

  test('of escaped text is that text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(plainText(escapeHtml(text))).toBe(text.replace(/\s+/g, ' ').trim())
      }),
    )
  })

  test('of hostile text is made in an instant', () => {
    for (const part of ['<a ', '<a x=', '&#', '<a x="', '</', '<a x= y', '< ']) {
      const started = performance.now()
      plainText(part.repeat(10_000 / part.length))
      plainText(`<a${' '.repeat(10_000)}`)
      expect(performance.now() - started).toBeLessThan(1000)
    }
  })
})

test.each([
  ['<p>ok</p>', '<p>ok</p>'],
  [' some text ', 'some text'],
  ['<p> </p>', undefined],
  ['<img src="x">', '<img src="x">'],
  ['ab', undefined],
  ['', undefined],
  [null, undefined],
])('the HTML %j is sent as %j', (html, sent) => {
  expect(meaningfulHtml(html)).toBe(sent)
})
