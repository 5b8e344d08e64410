import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot, readPackageManifest } from './package-manifest'
import { createRegistryEntry } from './registry-entry'

const entry = createRegistryEntry(readPackageManifest())
writeFileSync(join(packageRoot, 'server.json'), `${JSON.stringify(entry, null, 2)}\n`)
