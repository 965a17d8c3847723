import { X509Certificate } from 'node:crypto'
import https from 'node:https'
import { describe, expect, it } from 'vitest'
import { selfSigned } from '../../src/exchange/self-signed.ts'
import { exchangeStage } from '../support/exchange-stage.ts'

const open = exchangeStage()

describe('an exchange with a certificate of its own', () => {
  it('names this machine in it, and signs it', () => {
    const certificate = new X509Certificate(selfSigned().cert)
    expect(certificate.verify(certificate.publicKey)).toBe(true)
    for (const name of ['localhost', 'api.sim.localhost', 'fapi.sim.localhost']) {
      expect(certificate.checkHost(name)).toBe(name.endsWith('sim.localhost') ? '*.sim.localhost' : name)
    }
    expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1')
  })

  it.each(['127.0.0.1', 'demo-fapi.sim.localhost'])(
    'is believed by a client that trusts it, at %s',
    async (name) => {
      const { exchange } = await open([], { isTls: true, isUnloaded: true })
      expect(exchange.url).toMatch(/^https:/)
      const options = {
        ca: exchange.certificate,
        host: '127.0.0.1',
        port: exchange.port,
        path: '/api/v3/ping',
        headers: { host: `${name}:${exchange.port}` },
        ...(name === '127.0.0.1' ? {} : { servername: name }),
      }
      const status = await new Promise((resolve, reject) => {
        https.get(options, (response) => resolve(response.resume().statusCode)).on('error', reject)
      })
      expect(status).toBe(200)
    },
  )
})
