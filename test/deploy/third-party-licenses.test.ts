import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findBundledPackages } from '../../deploy/bundled-packages'
import { formatLicenses } from '../../deploy/third-party-licenses'
import { temporaryFolder } from '../helpers/program'

/** A folder with these packages installed, each with a licence file unless its text is null. */
function installPackages(
  packages: Record<string, { version: string; license: string; text: string | null }>,
) {
  const root = temporaryFolder()
  for (const [path, { version, license, text }] of Object.entries(packages)) {
    const folder = join(root, 'node_modules', path)
    mkdirSync(folder, { recursive: true })
    const name = path.split('node_modules/').at(-1)
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, version, license }))
    if (text !== null) writeFileSync(join(folder, 'LICENSE.md'), text)
  }
  return root
}

const bundled = (inputs: Record<string, number>) => ({
  outputs: {
    'dist/cli.js': {
      inputs: Object.fromEntries(
        Object.entries(inputs).map(([path, bytesInOutput]) => [path, { bytesInOutput }]),
      ),
    },
  },
})

const mit = { version: '1.0.0', license: 'MIT', text: 'MIT, by Ada' }

describe('the packages of a bundle', () => {
  it('are those with bytes in it, scoped and nested ones too, each version once', () => {
    const root = installPackages({
      '@scope/tool': mit,
      plain: { ...mit, version: '2.0.0' },
      'plain/node_modules/@scope/tool': { ...mit, version: '3.0.0' },
      unused: mit,
    })
    const found = findBundledPackages(
      bundled({
        'node_modules/plain/a.js': 10,
        'node_modules/plain/b.js': 20,
        'node_modules/@scope/tool/index.js': 5,
        'node_modules/plain/node_modules/@scope/tool/index.js': 5,
        'node_modules/unused/index.js': 0,
        'src/cli/main.ts': 100,
      }),
      root,
    )
    expect(found).toEqual([
      { name: '@scope/tool', version: '1.0.0', license: 'MIT', text: 'MIT, by Ada' },
      { name: '@scope/tool', version: '3.0.0', license: 'MIT', text: 'MIT, by Ada' },
      { name: 'plain', version: '2.0.0', license: 'MIT', text: 'MIT, by Ada' },
    ])
  })

  it('stop the build when one of them has no licence file', () => {
    const root = installPackages({ silent: { ...mit, text: null } })
    expect(() => findBundledPackages(bundled({ 'node_modules/silent/index.js': 1 }), root)).toThrow(
      'silent is bundled and has no licence file.',
    )
  })
})

describe('the notices', () => {
  it('hold each package with its licence and the text of it', () => {
    const text = formatLicenses([{ name: 'plain', version: '1.0.0', license: 'ISC', text: 'ISC, by Ada' }])
    expect(text).toContain('plain 1.0.0\nLicence: ISC\n\nISC, by Ada\n')
  })

  it('are refused when a licence does not allow what is done here', () => {
    const strong = { name: 'strong', version: '1.0.0', license: 'AGPL-3.0', text: '' }
    expect(() => formatLicenses([strong])).toThrow(
      'Licences that are not allowed in the bundle: strong (AGPL-3.0).',
    )
  })
})
