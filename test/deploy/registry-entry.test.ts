import { readFileSync } from 'node:fs'
import Ajv from 'ajv'
import addFormats from 'ajv-formats'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { readPackageManifest } from '../../deploy/package-manifest'
import { createRegistryEntry } from '../../deploy/registry-entry'
import { settingSchemas } from '../../src/config/schema'
import { settingDefinitions } from '../../src/config/variables'

const readJson = (path: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'))
const entry = readJson('server.json') as ReturnType<typeof createRegistryEntry>
const variables = entry.packages[0]?.environmentVariables ?? []

const ajv = new Ajv({ allErrors: true })
addFormats(ajv)
const validate = ajv.compile(readJson('test/fixtures/registry-server.schema.json') as object)

describe('server.json', () => {
  it('is what the settings and package.json make it; `npm run server-json` writes it anew', () => {
    expect(entry).toEqual(createRegistryEntry(readPackageManifest()))
  })

  it('keeps to the schema of the registry', () => {
    validate(entry)
    expect(validate.errors ?? []).toEqual([])
  })

  it.each([
    ['a description that is too long', { description: 'x'.repeat(101) }],
    ['a name without a namespace', { name: 'fast-intercom-mcp' }],
    ['a range for a version', { version: '^0.1.0' }],
    ['a field that nobody knows', { homepage: 'https://example.com' }],
    ['a package on another transport', { packages: [{ ...entry.packages[0], transport: { type: 'tcp' } }] }],
  ])('would be refused with %s', (_, wrong) => {
    expect(validate({ ...entry, ...wrong })).toBe(false)
  })

  it('asks for the token as a secret, and for nothing else of necessity', () => {
    expect(variables.filter(({ isSecret, isRequired }) => isSecret || isRequired)).toEqual([
      {
        name: 'INTERCOM_ACCESS_TOKEN',
        description: 'Access token of the Intercom workspace',
        ...{ isRequired: true, isSecret: true, format: 'string' },
      },
    ])
  })

  it('names a variable for each setting of the program', () => {
    const known = settingDefinitions.map((setting) => setting.variables[0]?.name)
    expect(variables.map(({ name }) => name)).toEqual(known)
  })

  it('gives only defaults and choices that the program takes', () => {
    for (const { name, default: standard, choices = [] } of variables) {
      const setting = settingDefinitions.find((one) =>
        one.variables.some((variable) => variable.name === name),
      )
      const rule = setting && settingSchemas[setting.key]
      for (const value of [...choices, ...(standard === undefined ? [] : [standard])]) {
        expect(rule && v.safeParse(rule.schema, value).success, `${name}=${value}`).toBe(true)
      }
    }
  })
})
