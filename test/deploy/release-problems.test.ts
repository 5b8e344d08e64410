import { expect, it } from 'vitest'
import { findReleaseProblems } from '../../deploy/release-problems'

const release = {
  manifest: { version: '1.2.3', mcpName: 'io.github.acme/fast-intercom-mcp' },
  changelog: '# Changelog\n\n## [1.2.3] - 2026-11-21\n\n### Added\n\n## [1.2.2] - 2026-11-01\n',
  tag: 'v1.2.3',
  repository: 'Acme/fast-intercom-mcp',
}

it('has nothing against a tag of the version that the changelog begins with, by the owner of the name', () => {
  expect(findReleaseProblems(release)).toEqual([])
})

it.each([
  ['a tag of another version', { tag: 'v1.2.4' }, 'The tag is v1.2.4, the version in package.json 1.2.3.'],
  [
    'a changelog whose entry has no version yet',
    { changelog: '## [Unreleased]\n' },
    'CHANGELOG.md begins with [Unreleased]; give the entry the version 1.2.3 and its date.',
  ],
  [
    'the repository of somebody else',
    { repository: 'beta/fast-intercom-mcp' },
    'The MCP registry lets this repository publish io.github.beta/… only; mcpName in package.json is io.github.acme/fast-intercom-mcp.',
  ],
])('stops a release with %s before anything is published', (_, wrong, problem) => {
  expect(findReleaseProblems({ ...release, ...wrong })).toEqual([problem])
})
