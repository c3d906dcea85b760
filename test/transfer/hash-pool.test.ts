/** Are the checksums those of the bytes, however many files hash at once, and does nobody wait for a thread that has ended? */
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { createHashPool } from '../../src/transfer/hash-pool.ts'

function setup() {
  const pool = createHashPool()
  onTestFinished(() => pool.close())
  return pool
}

/** A block in memory that threads share. */
function shared(bytes: Uint8Array): Uint8Array {
  const block = new Uint8Array(new SharedArrayBuffer(bytes.length))
  block.set(bytes)
  return block
}

test('files that hash at the same time get the digests of their own bytes', async () => {
  const pool = setup()
  const files = fc.array(fc.array(fc.uint8Array({ maxLength: 100 }), { maxLength: 8 }), { minLength: 1, maxLength: 8 })
  await fc.assert(
    fc.asyncProperty(files, async (given) => {
      const open = given.map((blocks) => ({ blocks, hashing: pool.start(['md5', 'sha256']) }))
      for (let turn = 0; turn < 8; turn += 1) {
        for (const { blocks, hashing } of open) {
          const block = blocks[turn]
          if (block) void hashing.update(shared(block))
        }
      }
      for (const { blocks, hashing } of open) {
        const whole = Buffer.concat(blocks)
        const digests = ['md5', 'sha256'].map((algorithm) => createHash(algorithm).update(whole).digest('hex'))
        expect(await hashing.digest()).toEqual(digests)
      }
    }),
  )
})

test('a block may be overwritten once it has been hashed', async () => {
  const hashing = setup().start(['md5'])
  const block = shared(Buffer.from('abc'))

  await hashing.update(block)
  block.set(Buffer.from('def'))
  await hashing.update(block)

  expect(await hashing.digest()).toEqual([createHash('md5').update('abcdef').digest('hex')])
})

test('a file whose thread has ended fails, and so does what it asks from then on', async () => {
  const pool = createHashPool()
  const hashing = pool.start(['md5'])
  const asked = hashing.update(shared(Buffer.alloc(1000)))
  await pool.close()

  await expect(asked.then(() => hashing.digest())).rejects.toMatchObject({ code: 'internal_error' })
  await expect(hashing.digest()).rejects.toMatchObject({ code: 'internal_error' })
})

test('a file that was given up leaves the others alone', async () => {
  const pool = setup()
  const [lost, kept] = [pool.start(['md5']), pool.start(['md5'])]
  void lost.update(shared(Buffer.from('lost')))
  void kept.update(shared(Buffer.from('kept')))
  lost.drop()
  lost.drop()

  expect(await kept.digest()).toEqual([createHash('md5').update('kept').digest('hex')])
})
