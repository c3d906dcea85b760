/** Where do tests have certificates from? Made here, of any name and time, as no tool for that is sure to be there. */
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'

export interface Certificate {
  readonly key: string
  readonly cert: string
}

interface Wishes {
  /** DNS names, or one IPv4 address. */
  readonly names: readonly string[]
  readonly validFrom?: Date
  readonly validTo?: Date
}

const dayMs = 24 * 3600 * 1000

/** A certificate that signs itself (RFC 5280, in DER). */
export function makeCertificate(wishes: Wishes): Certificate {
  const { names, validFrom = new Date(Date.now() - dayMs), validTo = new Date(Date.now() + dayMs) } = wishes
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const ecdsaWithSha256 = sequence(objectId('2a8648ce3d040302'))
  // common name
  const name = sequence(tagged(0x31, sequence(objectId('550403'), tagged(0x0c, Buffer.from(`test ${names[0]}`)))))
  const alternatives = sequence(...names.map(alternative))
  const extensions = sequence(sequence(objectId('551d11'), tagged(0x04, alternatives)))
  const toBeSigned = sequence(
    tagged(0xa0, tagged(0x02, Buffer.from([2]))),
    tagged(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ecdsaWithSha256,
    name,
    sequence(time(validFrom), time(validTo)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, extensions),
  )
  const signature = sign('sha256', toBeSigned, privateKey)
  const der = sequence(toBeSigned, ecdsaWithSha256, tagged(0x03, Buffer.concat([Buffer.from([0]), signature])))
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
  }
}

function alternative(name: string): Buffer {
  const isAddress = /^[\d.]+$/.test(name)
  return isAddress ? tagged(0x87, Buffer.from(name.split('.').map(Number))) : tagged(0x82, Buffer.from(name))
}

/** YYYYMMDDHHMMSSZ */
const time = (date: Date) => tagged(0x18, Buffer.from(`${date.toISOString().replace(/[-:T]|\..*$/g, '')}Z`))
const objectId = (hex: string) => tagged(0x06, Buffer.from(hex, 'hex'))
const sequence = (...parts: Buffer[]) => tagged(0x30, Buffer.concat(parts))

function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}
