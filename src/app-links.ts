/** What is handed to those who want a link to a file? */
import type { Config } from './config.ts'
import { Failure } from './core/failure.ts'
import type { Store } from './db/store.ts'
import type { Secrets } from './reload.ts'
import { type FileLink, type LinkPorts, type LinkRequest, linkTo } from './replication/file-link.ts'
import { privateFileLink, publicFileLink } from './zenodo/file-links.ts'

interface Parts {
  readonly config: Config
  readonly store: Store
  /** Of now. */
  readonly secrets: () => Secrets
}

export function createLinks({ config: { zenodo }, store: { reading, audit }, secrets }: Parts) {
  const ports: LinkPorts = {
    reading,
    audit,
    publicLink: (file) => publicFileLink(zenodo.url, file),
    privateLink: (file) => privateFileLink(zenodo.url, file, signerOf(zenodo, secrets())),
  }
  return (request: LinkRequest): Promise<FileLink> => linkTo(ports, request)
}

function signerOf({ tokenId }: Config['zenodo'], { token }: Secrets) {
  if (tokenId !== 0 && token !== '') return { tokenId, token }
  const missing = tokenId === 0 ? 'zenodo.tokenId' : 'zenodo.token'
  throw new Failure(
    'no_signing_token',
    `The file is not published, and ${missing} is not set: a link to it cannot be signed.`,
  )
}
