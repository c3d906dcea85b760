/** Is the person sure? Asked on a terminal; elsewhere --yes is the only answer. */
import { createInterface } from 'node:readline/promises'
import { Failure } from '../core/failure.ts'
import type { Output } from './output.ts'

/** @throws Failure `bad_request` when the answer is not yes, or nobody can be asked */
export async function confirm(output: Pick<Output, 'json' | 'interactive'>, question: string): Promise<void> {
  if (output.json || !output.interactive || !process.stdin.isTTY) {
    throw new Failure('bad_request', 'This needs --yes where no person can be asked. Nothing was changed.')
  }
  const prompt = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const answer = await prompt.question(`${question} [y/N] `)
    if (!/^y(es)?$/i.test(answer.trim())) throw new Failure('bad_request', 'Not confirmed. Nothing was changed.')
  } finally {
    prompt.close()
  }
}
