/**
 * A key and a certificate for it, made anew each time: for clients whose classes of errors depend on the address, and
 * which therefore want `https://`. X.509 (RFC 5280) in DER, written by hand, because Node reads certificates only.
 */
import { generateKeyPairSync, sign } from 'node:crypto'

/** Names that lead to this machine, also below `sim.localhost`. */
const names = ['localhost', '*.localhost', 'sim.localhost', '*.sim.localhost']

const tag = {
  integer: 0x02,
  bits: 0x03,
  octets: 0x04,
  oid: 0x06,
  utf8: 0x0c,
  sequence: 0x30,
  set: 0x31,
  time: 0x17,
}

const ecdsaWithSha256 = oid([0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02])
const commonName = oid([0x55, 0x04, 0x03])
const basicConstraints = oid([0x55, 0x1d, 0x13])
const alternativeName = oid([0x55, 0x1d, 0x11])

export interface KeyAndCertificate {
  /** PEM. */
  readonly key: string
  readonly cert: string
}

/** Valid from 2020 to 2049: no clock is asked. */
export function selfSigned(): KeyAndCertificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const algorithm = der(tag.sequence, ecdsaWithSha256)
  const name = der(
    tag.sequence,
    der(tag.set, der(tag.sequence, commonName, der(tag.utf8, Buffer.from('simulated exchange')))),
  )
  const validity = der(
    tag.sequence,
    der(tag.time, Buffer.from('200101000000Z')),
    der(tag.time, Buffer.from('491231235959Z')),
  )
  const body = der(
    tag.sequence,
    der(0xa0, der(tag.integer, Buffer.from([2]))),
    der(tag.integer, Buffer.from([1])),
    algorithm,
    name,
    validity,
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, der(tag.sequence, authority(), alternatives())),
  )
  const signature = sign('sha256', body, privateKey)
  const certificate = der(tag.sequence, body, algorithm, der(tag.bits, Buffer.from([0]), signature))
  return { key: String(privateKey.export({ type: 'pkcs8', format: 'pem' })), cert: pem(certificate) }
}

/** It vouches for itself: a client may be told to trust it. */
function authority(): Buffer {
  const isAuthority = der(tag.sequence, Buffer.from([0x01, 0x01, 0xff]))
  return der(tag.sequence, basicConstraints, der(tag.octets, isAuthority))
}

function alternatives(): Buffer {
  const dns = names.map((name) => der(0x82, Buffer.from(name)))
  const address = der(0x87, Buffer.from([127, 0, 0, 1]))
  return der(tag.sequence, alternativeName, der(tag.octets, der(tag.sequence, ...dns, address)))
}

function oid(bytes: readonly number[]): Buffer {
  return der(tag.oid, Buffer.from(bytes))
}

/** One value: tag, length, contents. */
function der(kind: number, ...parts: readonly Buffer[]): Buffer {
  const contents = Buffer.concat(parts)
  const { length } = contents
  if (length < 0x80) return Buffer.concat([Buffer.from([kind, length]), contents])
  const size = length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([kind, ...size]), contents])
}

function pem(certificate: Buffer): string {
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}
