/** Which route gives a link by which a file can be downloaded? */
import { z } from 'zod'
import { copyParams } from './queries.ts'
import type { Route } from './route.ts'
import { time } from './schemas.ts'

const pathRule = 'a path of 1 to 4096 characters'

const linkSchema = z
  .object({
    url: z.string().describe('Whoever has it can download the file: a secret as long as access is private'),
    access: z.enum(['public', 'private']).describe('private: the file is not published'),
    expiresAt: time().nullable().describe('When a private link ends; null: it does not'),
    copyId: z
      .int()
      .describe('The copy whose file it is: a later one that stands in the same place, or the one asked for'),
    name: z.string().describe('What is downloaded, by its name at Zenodo'),
    pathInArchive: z.string().nullable().describe('Where in this archive the file lies; null: it is the file itself'),
  })
  .meta({ id: 'FileLink' })

export const linkContract = {
  linkFile: {
    method: 'POST',
    path: '/copies/:id/links',
    roles: ['curator', 'admin'],
    summary: 'A link by which a file can be downloaded: the public one, or while it is a draft one for half an hour',
    params: copyParams,
    body: z.strictObject({
      file: z
        .string({ error: pathRule })
        .min(1, { error: pathRule })
        .max(4096, { error: pathRule })
        .describe('Its path as in the manifest, or the name of an archive'),
    }),
    answers: { 200: linkSchema },
  },
} as const satisfies Record<string, Route>
