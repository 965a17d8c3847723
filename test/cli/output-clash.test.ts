import { copyFileSync, linkSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sim } from '../support/spawn-sim.ts'

let folder = ''
let before = ''
const hashOf = (): string => readFileSync(join(folder, 'own.parquet'), 'base64')
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'clash-'))
  copyFileSync(join(import.meta.dirname, '../../data/btcusdt-synth.parquet'), join(folder, 'own.parquet'))
  symlinkSync(join(folder, 'own.parquet'), join(folder, 'link.parquet'))
  linkSync(join(folder, 'own.parquet'), join(folder, 'twin.parquet'))
  before = hashOf()
})
afterAll(() => rmSync(folder, { recursive: true }))

const run = ['run', '--strategy', 'twap', '--data', 'own.parquet', '--quiet']

describe('an output', () => {
  it.each([
    [...run, '--report', 'own.parquet'],
    [...run, '--no-report', '--fills', 'link.parquet'],
    [...run, '--no-report', '--journal', 'twin.parquet'],
    [...run, '--report', 'x', '--fills', './x'],
    ['data', 'import', 'own.parquet', '-o', 'own.parquet'],
  ])('never replaces an input or another output: %s %s %s %s %s %s %s', (...args) => {
    const { exitCode, stderr } = sim(folder, ...args)
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(/^sim: --\w+ \S+ would overwrite [^\n]+\n$/)
    expect(hashOf()).toBe(before)
  })
})
