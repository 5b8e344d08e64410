import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot, readPackageManifest } from './package-manifest'
import { findReleaseProblems } from './release-problems'

const [tag = '', repository = ''] = process.argv.slice(2)
const changelog = readFileSync(join(packageRoot, 'CHANGELOG.md'), 'utf8')
const problems = findReleaseProblems({ manifest: readPackageManifest(), changelog, tag, repository })
for (const problem of problems) process.stderr.write(`${problem}\n`)
process.exitCode = problems.length === 0 ? 0 : 1
