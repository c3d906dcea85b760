/** Do addresses and DOIs follow from base URL and id? */
import { expect, test } from 'vitest'
import { fileUrl, mayEchoReservedDoi, recordUrl, reservedDoi } from '../../src/zenodo/addresses.ts'

test('reserves DOIs of Zenodo, and test DOIs on the sandbox', () => {
  expect(reservedDoi('https://zenodo.org/api', 12)).toBe('10.5281/zenodo.12')
  expect(reservedDoi('https://sandbox.zenodo.org', 12)).toBe('10.5072/zenodo.12')
  expect(mayEchoReservedDoi('https://zenodo.org')).toBe(true)
  expect(mayEchoReservedDoi('https://sandbox.zenodo.org/')).toBe(false)
})

test('names the page of a record', () => {
  expect(recordUrl('https://zenodo.org/api/', 12)).toBe('https://zenodo.org/records/12')
  expect(recordUrl('http://127.0.0.1:8080', 12)).toBe('http://127.0.0.1:8080/records/12')
})

test.each([
  ['a b.txt', 'a%20b.txt'],
  ['a+b.txt', 'a%2Bb.txt'],
  ['a#b.txt', 'a%23b.txt'],
  ['50%.txt', '50%25.txt'],
  ['é.txt', '%C3%A9.txt'],
  ['x;y.txt', 'x%3By.txt'],
  ['q?r.txt', 'q%3Fr.txt'],
  ['%41.txt', '%2541.txt'],
])('writes the name %s as the one path segment %s', (name, segment) => {
  const url = fileUrl('https://zenodo.org/api/files/b', name)
  expect(url).toBe(`https://zenodo.org/api/files/b/${segment}`)
  expect(new URL(url).href).toBe(url)
})

test.each(['', '.', '..', 'folder/a.txt', 'x'.repeat(256), '\ud800.txt'])('refuses the name "%s"', (name) => {
  expect(() => fileUrl('https://zenodo.org/api/files/b', name)).toThrow(
    expect.objectContaining({ code: 'name_not_accepted', details: { path: name } }),
  )
})
