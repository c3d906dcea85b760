/** Writes the documents that are made from the code: `npm run docs`. */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { generatedDocs } from './generated-docs.ts'

for (const [path, content] of Object.entries(await generatedDocs())) {
  writeFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), content)
}
