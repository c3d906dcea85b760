/** Which names of files are refused, because an archive, a terminal or a folder would make something else of them? */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseManifest } from '../../../src/core/manifest/manifest.ts'
import { fullInput } from '../full-manifest.ts'

function problemsWith(...paths: readonly string[]): string[] {
  const data = paths.map((path) => ({ path, size: 1, source: 'https://files.example/x' }))
  const parsed = parseManifest({ ...fullInput(), files: { data } })
  return parsed.ok ? [] : parsed.problems.map(({ path, accepted }) => `${path}: ${accepted}`)
}

describe('a name', () => {
  it.each([
    ['/etc/passwd', 'relative name'],
    ['//host/share', 'relative name'],
    ['../up.txt', '.. segments'],
    ['a/../../up.txt', '.. segments'],
    ['a/./b', '. or .. segments'],
    ['a//b', 'without empty'],
    ['a/', 'without empty'],
    ['..', '.. segments'],
    ['..\\up.txt', 'without backslash'],
    ['\\\\host\\share', 'without backslash'],
    ['C:\\windows\\x', 'without backslash'],
    ['C:/windows/x', 'letter of a drive'],
    ['c:x', 'letter of a drive'],
    ['a\0.txt', 'control characters'],
    ['a\u001b[2J.txt', 'control characters'],
    ['a\r\nb.txt', 'control characters'],
    ['a\u0085b.txt', 'control characters'],
    ['a\u2028b.txt', 'line separators'],
    ['photo-\u202Egpj.exe', 'turn the order'],
    ['\u2066a\u2069.txt', 'turn the order'],
    ['a\ud800.txt', 'well-formed Unicode'],
    ['', '1 to 1024 characters'],
    ['x'.repeat(1025), '1 to 1024 characters'],
  ])('such as %j is refused', (path, accepted) => {
    expect(problemsWith(path)).toEqual([expect.stringContaining(accepted)])
  })

  it.each([
    '...',
    '..a',
    'a..',
    '.hidden',
    'NUL',
    'aux/con.txt',
    'ab:c',
    '10:00.csv',
    'trailing dot.',
    ' space ',
    '~root',
    '-rf',
    '$(x)',
    '%2e%2e/x',
    'שלום.txt',
    '日本/é.csv',
    'a\u200fb',
  ])('such as %j is kept as it is', (path) => {
    expect(problemsWith(path)).toEqual([])
  })
})

describe('names of one family', () => {
  it.each([
    [['a', 'a'], 'this repeats $.files.data[0].path'],
    [['caf\u00e9.csv', 'x', 'cafe\u0301.csv'], 'this repeats $.files.data[0].path'],
    [['a', 'a/b'], 'no part is a file itself ($.files.data[0].path is)'],
    [['x/y/z', 'x/y', 'x/y!'], 'no part is a file itself ($.files.data[1].path is)'],
    [['\u00e9', 'e\u0301/b'], 'no part is a file itself ($.files.data[0].path is)'],
  ])('%j cannot all be in one folder', (paths, accepted) => {
    expect(problemsWith(...paths)).toEqual([expect.stringContaining(accepted)])
  })

  it.each([[['Readme', 'README']], [['a', 'a!/b', 'a.d/b']], [['x/y', 'x/z', 'xy', 'x-y']]])(
    '%j can all be in one folder',
    (paths) => {
      expect(problemsWith(...paths)).toEqual([])
    },
  )

  it('can be in one folder, or are refused', () => {
    const name = fc.array(fc.constantFrom('a', 'b', '!', 'é', 'e\u0301'), { minLength: 1, maxLength: 2 })
    const path = fc
      .array(name, { minLength: 1, maxLength: 3 })
      .map((parts) => parts.map((part) => part.join('')).join('/'))
    fc.assert(
      fc.property(fc.array(path, { maxLength: 6 }), (paths) => {
        const names = paths.map((one) => one.normalize('NFC'))
        const fits = names.every((one, at) =>
          names.every((other, to) => to === at || (other !== one && !other.startsWith(`${one}/`))),
        )
        expect(problemsWith(...paths).length === 0).toBe(fits)
      }),
    )
  })
})
