import type { PackageManifest } from './package-manifest'

export interface Release {
  manifest: Pick<PackageManifest, 'version' | 'mcpName'>
  /** The text of CHANGELOG.md. */
  changelog: string
  /** The tag that asks for the release. */
  tag: string
  /** `owner/name` on GitHub. */
  repository: string
}

/** What would go wrong half-way through a release, when some of it is published already; empty when nothing would. */
export function findReleaseProblems({ manifest, changelog, tag, repository }: Release): string[] {
  const { version, mcpName } = manifest
  const [owner = ''] = repository.split('/')
  const namespace = `io.github.${owner}/`
  const [, newest = ''] = /^## \[(.+?)\]/m.exec(changelog) ?? []
  return [
    tag === `v${version}` ? null : `The tag is ${tag}, the version in package.json ${version}.`,
    newest === version
      ? null
      : `CHANGELOG.md begins with [${newest}]; give the entry the version ${version} and its date.`,
    mcpName.toLowerCase().startsWith(namespace.toLowerCase())
      ? null
      : `The MCP registry lets this repository publish ${namespace}… only; mcpName in package.json is ${mcpName}.`,
  ].filter((problem) => problem !== null)
}
